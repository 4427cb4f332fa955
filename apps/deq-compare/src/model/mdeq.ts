// Multiscale deep equilibrium model (Bai, Koltun & Kolter 2020), the other side of table 1: stem, fixed point of one
// multi-scale block, head.
import * as tf from '@tensorflow/tfjs-core';
import { SlotCollector, type Weights } from 'rpg-core';
import type { ForwardContext } from 'rpg-core/layers';
import { broyden } from '../solvers/broyden.js';
import {
  type Differentiation,
  equilibrium,
  type ParametricMap,
  type SearchSettings,
  unroll,
} from '../solvers/equilibrium.js';
import { type BackboneOptions, backboneSizes, checkBackbone } from './block-options.js';
import { branchShapes, joinBranches, sizeOfBranches, splitBranches } from './branches.js';
import { dropoutMasks } from './dropout.js';
import { head, withConstantNorms } from './head.js';
import { START_DEVIATION, startAsMdeq } from './initialization.js';
import type { ApplyOptions, DeqModel } from './model.js';
import { msBlock } from './ms-block.js';
import { stem } from './stem.js';

/** How an equilibrium model finds its fixed point and learns by it. */
export interface EquilibriumSettings {
  readonly forward: SearchSettings;
  readonly differentiation: Differentiation;
  /** Updates at the start of training during which the block is unrolled and not solved. */
  readonly pretrainSteps: number;
  /** Applications of the block while it is unrolled. */
  readonly numUnrolled: number;
}

/** Settings of an equilibrium model. */
export interface MdeqOptions extends BackboneOptions {
  readonly numClasses: number;
  readonly equilibrium: EquilibriumSettings;
}

/** Steps forward and backward as in the later of the two public codes, which stops by relative residuals as we do. */
const [forwardSteps, backwardSteps, tolerance] = [18, 20, 1e-3];

const publishedSolvers = {
  forward: { solver: broyden(), limits: { maxSteps: forwardSteps, tolerance } },
  differentiation: {
    kind: 'implicit',
    backward: { solver: broyden(), limits: { maxSteps: backwardSteps, tolerance } },
  },
  numUnrolled: 10,
} as const;

/** The published models for CIFAR, but for the number of classes. */
export const mdeqSizes = {
  tiny: { ...backboneSizes.tiny, equilibrium: { ...publishedSolvers, pretrainSteps: 3000 } },
  large: { ...backboneSizes.large, equilibrium: { ...publishedSolvers, pretrainSteps: 20_000 } },
} as const satisfies Record<string, Omit<MdeqOptions, 'numClasses'>>;

/**
 * Builds the model's layers. In training, the block is unrolled for the first `pretrainSteps`; afterwards, and always
 * when not training, its fixed point is looked for from zeros.
 *
 * @throws RangeError for sizes that give no network
 */
export function mdeq(options: MdeqOptions): DeqModel {
  checkBackbone(options);
  const { channels, numClasses, equilibrium: settings } = options;
  const slots = new SlotCollector();
  const initialBlock = stem(slots, channels[0]!, channels.length, options.numHalvings);
  const block = msBlock(slots, { name: 'block', channels, weightNormFrom: START_DEVIATION });
  const classify = head(slots, options);

  const settle = (weights: Weights, injection: tf.Tensor4D, applyOptions: ApplyOptions): tf.Tensor4D[] => {
    const { isTraining, step = Infinity, rng, onSolve } = applyOptions;
    const [batchSize, height, width] = injection.shape;
    const shapes = branchShapes([height, width], channels);
    const masks = isTraining ? dropoutMasks({ batchSize, channels, rate: options.dropoutRate }, rng) : [];
    const map: ParametricMap = (z, parameters) =>
      tf.tidy(() => {
        const [fed, ...rest] = parameters as [tf.Tensor4D, ...tf.Tensor[]];
        const inputs = { injection: fed, masks: rest.slice(0, masks.length) as tf.Tensor4D[] };
        const context: ForwardContext = { weights: block.weightsOf(rest.slice(masks.length)), isTraining };
        return joinBranches(block.apply(splitBranches(z, shapes), inputs, context));
      });
    const parameters = [injection, ...masks, ...block.tensors(weights)];
    const z0 = tf.zeros<tf.Rank.R2>([batchSize, sizeOfBranches(shapes)]);
    const z =
      isTraining && step < settings.pretrainSteps
        ? unroll(map, parameters, { z0, numSteps: settings.numUnrolled })
        : equilibrium({ ...settings, map, parameters, z0, onSolve });
    return splitBranches(z, shapes);
  };

  return {
    slots: withConstantNorms(startAsMdeq(slots.slots)),
    numClasses,
    firstKernel: slots.slots[0]!,
    apply: (weights, images, applyOptions) =>
      tf.tidy(() => {
        const context = { weights, isTraining: applyOptions.isTraining };
        return classify(settle(weights, initialBlock(images, context), applyOptions), context);
      }),
  };
}
