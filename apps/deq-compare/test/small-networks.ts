// The two sides of table 1 at toy size: 8 channels, images of 4×4, three classes.
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource, type Slot, type WeightSource } from 'rpg-core';
import { deqLoss } from '../src/loss.js';
import { type EquilibriumSettings, mdeq, type MdeqOptions } from '../src/model/mdeq.js';
import type { ApplyOptions, DeqModel } from '../src/model/model.js';
import { broyden } from '../src/solvers/broyden.js';
import type { SearchSettings } from '../src/solvers/equilibrium.js';

/** Tighter than in training: differences of losses are to be gradients, not remains of a search. */
export const exactSearch: SearchSettings = { solver: broyden(), limits: { maxSteps: 60, tolerance: 1e-6 } };

export const smallBackbone = {
  channels: [8, 8],
  headChannels: [2, 3],
  finalChannels: 5,
  dropoutRate: 0,
  numClasses: 3,
} as const;

/** Solved from the first step on. */
export const smallMdeq: MdeqOptions = {
  ...smallBackbone,
  equilibrium: {
    forward: exactSearch,
    differentiation: { kind: 'implicit', backward: exactSearch },
    pretrainSteps: 0,
    numUnrolled: 10,
  },
};

/** Three images and their classes, the same ones every time. */
export function smallBatch(): { images: tf.Tensor4D; labels: tf.Tensor1D } {
  return {
    images: tf.randomNormal<tf.Rank.R4>([3, 4, 4, 3], 0, 1, 'float32', 1),
    labels: tf.tensor1d([2, 0, 1], 'int32'),
  };
}

/**
 * Weights from a fixed seed, each its own. Some gains of the block are small, so that it is a contraction: norms undo what
 * is small about kernels, and over maps of so few pixels no search comes to an end at the gains of a fresh network. The
 * stem's kernels are large, so that its moving averages, 0 and 1, are about right.
 */
export function steadySource(slots: readonly Slot[]): WeightSource {
  const source = createWeightSource(slots, { kind: 'independent' }, createRng(3));
  for (const [name, variable] of source.trainables) {
    const factor = factors.find(([pattern]) => pattern.test(name))?.[1];
    if (factor !== undefined) variable.assign(tf.mul(variable, factor));
  }
  return source;
}

const factors: readonly (readonly [RegExp, number])[] = [
  [/^stem\/conv\d\/kernel$/, 30],
  [/^block\/branch\d\/sum\/norm\/gamma$/, 0.1],
  [/^block\/branch\d\/end\/norm\/gamma$/, 0.3],
  [/^block\/fuse\/1to0\/norm\/gamma$/, 0.1],
  [/^block\/branch\d\/conv2\/gain$/, 0.1],
];

/** An equilibrium model under test. */
export interface MdeqVariant {
  readonly model: DeqModel;
  readonly source: WeightSource;
  /** On `smallBatch`. */
  readonly loss: (options?: Omit<ApplyOptions, 'isTraining'>) => tf.Scalar;
}

/** `smallMdeq` with some settings changed; all variants have the same weights. */
export function mdeqVariant(
  changes: Partial<EquilibriumSettings> = {},
  options: Partial<MdeqOptions> = {},
): MdeqVariant {
  const model = mdeq({ ...smallMdeq, ...options, equilibrium: { ...smallMdeq.equilibrium, ...changes } });
  const source = steadySource(model.slots);
  const batch = smallBatch();
  return {
    model,
    source,
    loss: (applyOptions) => tf.tidy(() => deqLoss(model, source.generate(), batch, applyOptions).loss),
  };
}

/** In place of a search: so many steps that nothing changes any more. */
export const longUnroll = { pretrainSteps: Infinity, numUnrolled: 24 };
