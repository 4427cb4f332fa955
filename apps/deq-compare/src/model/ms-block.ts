// The multi-scale block ("MS block" of table 1) of multiscale deep equilibrium models (Bai, Koltun & Kolter 2020): one
// residual block a scale, then every scale receives every other one. MDEQ looks for its fixed point; the networks on a
// ring repeat it.
import * as tf from '@tensorflow/tfjs-core';
import type { Slot, SlotCollector, Weights } from 'rpg-core';
import { conv2d, type ForwardContext, groupNorm, groupNormAdd, type Layer, relu } from 'rpg-core/layers';
import { fuse } from './fuse.js';
import { declareGain, normalizedKernel } from './weight-norm.js';

/** Groups of every norm but the last. */
const NUM_GROUPS = 8;

/** The inner layer of a residual block is this many times as wide. */
const EXPANSION = 5;

/** Settings of a multi-scale block. */
export interface MsBlockOptions {
  readonly name: string;
  /** Of each scale, multiples of 8. */
  readonly channels: readonly number[];
  /** Deviation of the normal distribution that kernels start with, for weight normalisation; absent: there is none. */
  readonly weightNormFrom?: number | undefined;
}

/** What a block reads beside its own maps. */
export interface MsBlockInputs {
  /** [batch, height, width, channels of scale 0]: the image behind the stem, added in scale 0 alone. */
  readonly injection: tf.Tensor4D;
  /** One a scale, [batch, 1, 1, channels]; none without dropout. */
  readonly masks: readonly tf.Tensor4D[];
}

/** A block that declared its slots. */
export interface MsBlock {
  /** One a scale, [batch, height, width, channels] in and out. */
  apply(maps: readonly tf.Tensor4D[], inputs: MsBlockInputs, context: ForwardContext): tf.Tensor4D[];
  /** All tensors that `apply` reads, kernels normalised already; the tensors are the tape's or a tidy's to free. */
  tensors(weights: Weights): tf.Tensor[];
  /** Lets `apply` read `tensors`, as made by the function of that name. */
  weightsOf(tensors: readonly tf.Tensor[]): Weights;
}

/** Declares a block; all kernels have the role `backbone`. */
export function msBlock(slots: SlotCollector, { name, channels, weightNormFrom }: MsBlockOptions): MsBlock {
  const firstSlot = slots.slots.length;
  const gains = new Map<Slot, Slot>();
  const convWithGain = (options: {
    name: string;
    inChannels: number;
    outChannels: number;
    kernelSize: number;
  }): Layer => {
    const layer = conv2d(slots, options);
    const kernel = slots.slots.at(-1)!;
    if (weightNormFrom !== undefined) gains.set(kernel, declareGain(slots, kernel, weightNormFrom));
    return layer;
  };
  const residuals = channels.map((numChannels, i) => residual(slots, `${name}/branch${i}`, numChannels, convWithGain));
  const exchange = fuse(slots, { name: `${name}/fuse`, channels, numGroups: NUM_GROUPS });
  const ends = channels.map((numChannels, i) => {
    const end = `${name}/branch${i}/end`;
    const conv = convWithGain({ name: end, inChannels: numChannels, outChannels: numChannels, kernelSize: 1 });
    const norm = groupNorm(slots, { name: `${end}/norm`, numChannels, numGroups: NUM_GROUPS / 2 });
    return (x: tf.Tensor4D, context: ForwardContext): tf.Tensor4D => norm(conv(relu(x), context), context);
  });
  const isGain = new Set(gains.values());
  const read = slots.slots.slice(firstSlot).filter((slot) => !isGain.has(slot));

  return {
    apply: (maps, { injection, masks }, context) =>
      tf.tidy(() => {
        const refined = residuals.map((layer, i) =>
          layer(maps[i]!, { injection: i === 0 ? injection : undefined, mask: masks[i] }, context),
        );
        return exchange(refined, context).map((sum, i) => ends[i]!(sum, context));
      }),
    tensors: (weights) =>
      read.map((slot) => {
        const gain = gains.get(slot);
        const tensor = weights.get(slot);
        return gain === undefined ? tensor : normalizedKernel(tensor as tf.Tensor4D, weights.get(gain) as tf.Tensor1D);
      }),
    weightsOf: (tensors) => viewOf(read, tensors),
  };
}

type ConvMaker = (options: { name: string; inChannels: number; outChannels: number; kernelSize: number }) => Layer;

interface ResidualInputs {
  readonly injection: tf.Tensor4D | undefined;
  readonly mask: tf.Tensor4D | undefined;
}

/** norm(relu(x + norm(mask ⊙ conv(relu(norm(conv(x)))) + injection))) */
function residual(
  slots: SlotCollector,
  name: string,
  numChannels: number,
  conv: ConvMaker,
): (x: tf.Tensor4D, inputs: ResidualInputs, context: ForwardContext) => tf.Tensor4D {
  const inner = EXPANSION * numChannels;
  const normOptions = (part: string, width: number) => ({
    name: `${name}/${part}/norm`,
    numChannels: width,
    numGroups: NUM_GROUPS,
  });
  const conv1 = conv({ name: `${name}/conv1`, inChannels: numChannels, outChannels: inner, kernelSize: 3 });
  const norm1 = groupNorm(slots, { ...normOptions('conv1', inner), activation: 'relu' });
  const conv2 = conv({ name: `${name}/conv2`, inChannels: inner, outChannels: numChannels, kernelSize: 3 });
  const norm2 = groupNormAdd(slots, { ...normOptions('conv2', numChannels), activation: 'relu' });
  const norm3 = groupNorm(slots, normOptions('sum', numChannels));
  return (x, { injection, mask }, context) => {
    const change = conv2(norm1(conv1(x, context), context), context);
    const kept = mask === undefined ? change : tf.mul<tf.Tensor4D>(change, mask);
    const fed = injection === undefined ? kept : tf.add<tf.Tensor4D>(kept, injection);
    return norm3(norm2(fed, x, context), context);
  };
}

function viewOf(slots: readonly Slot[], tensors: readonly tf.Tensor[]): Weights {
  const bySlot = new Map(slots.map((slot, i) => [slot.name, tensors[i]!]));
  return {
    get(slot) {
      const tensor = bySlot.get(slot.name);
      if (tensor === undefined) throw new RangeError(`Slot '${slot.name}' is not among those of this block.`);
      return tensor;
    },
    statistic(slot) {
      throw new RangeError(`Slot '${slot.name}' holds no statistics: the block has none.`);
    },
    dispose() {
      // the tensors are not this view's
    },
  };
}
