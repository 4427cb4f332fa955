// From the maps of all scales to logits: a bottleneck a scale, merged from fine to coarse, then a dense layer (the
// classification head of HRNet, which MDEQ took over); never generated.
import * as tf from '@tensorflow/tfjs-core';
import type { Slot, SlotCollector } from 'rpg-core';
import {
  batchNorm,
  batchNormAdd,
  conv2d,
  dense,
  type ForwardContext,
  globalAveragePool,
  type Layer,
} from 'rpg-core/layers';

/** A bottleneck's output has this many times its inner width. */
const EXPANSION = 4;

/** Settings of a head. */
export interface HeadOptions {
  /** Of each scale's map. */
  readonly channels: readonly number[];
  /** Inner width of each scale's bottleneck. */
  readonly headChannels: readonly number[];
  /** In front of the dense layer. */
  readonly finalChannels: number;
  readonly numClasses: number;
}

/** From one map a scale to logits [batch, numClasses]. */
export type Head = (maps: readonly tf.Tensor4D[], context: ForwardContext) => tf.Tensor2D;

/** Declares the head. Its slots have to go through `withConstantNorms`. */
export function head(slots: SlotCollector, { channels, headChannels, finalChannels, numClasses }: HeadOptions): Head {
  const widths = headChannels.map((width) => EXPANSION * width);
  const bottlenecks = channels.map((inChannels, i) =>
    bottleneck(slots, {
      name: `head/branch${i}`,
      inChannels,
      innerChannels: headChannels[i]!,
      outChannels: widths[i]!,
    }),
  );
  const halvings = widths
    .slice(1)
    .map((outChannels, i) =>
      convNormRelu(slots, { name: `head/down${i}`, inChannels: widths[i]!, outChannels, kernelSize: 3, stride: 2 }),
    );
  const last = convNormRelu(slots, {
    name: 'head/final',
    inChannels: widths.at(-1)!,
    outChannels: finalChannels,
    kernelSize: 1,
    stride: 1,
  });
  const classifier = dense(slots, { name: 'head/dense', inFeatures: finalChannels, outFeatures: numClasses });
  return (maps, context) => {
    const refined = maps.map((map, i) => bottlenecks[i]!(map, context));
    const merged = refined.reduce((finer, own, i) => tf.add(own, halvings[i - 1]!(finer, context)));
    return classifier(globalAveragePool(last(merged, context)), context);
  };
}

/**
 * Makes the gains and offsets of the norms inside the bottlenecks constant: those norms have none in MDEQ. They stay 1
 * and 0, are saved like moving averages, and do not count as parameters.
 *
 * @returns the same slots in the same order
 */
export function withConstantNorms(slots: readonly Slot[]): readonly Slot[] {
  return slots.map((slot) =>
    /^head\/branch\d+\/conv\d\/norm\/(gamma|beta)$/.test(slot.name) ? { ...slot, role: 'statistics' } : slot,
  );
}

interface BottleneckOptions {
  readonly name: string;
  readonly inChannels: number;
  readonly innerChannels: number;
  readonly outChannels: number;
}

/** 1×1, 3×3 and 1×1 convolutions; the shortcut is a 1×1 convolution with a norm. */
function bottleneck(slots: SlotCollector, options: BottleneckOptions): Layer {
  const { name, inChannels, innerChannels, outChannels } = options;
  const conv = (part: string, from: number, to: number, kernelSize: number): Layer =>
    conv2d(slots, { name: `${name}/${part}`, inChannels: from, outChannels: to, kernelSize, role: 'head' });
  const innerNorm = (part: string): Layer =>
    batchNorm(slots, { name: `${name}/${part}/norm`, numChannels: innerChannels, activation: 'relu' });
  const conv1 = conv('conv1', inChannels, innerChannels, 1);
  const norm1 = innerNorm('conv1');
  const conv2 = conv('conv2', innerChannels, innerChannels, 3);
  const norm2 = innerNorm('conv2');
  const conv3 = conv('conv3', innerChannels, outChannels, 1);
  const norm3 = batchNormAdd(slots, { name: `${name}/conv3/norm`, numChannels: outChannels, activation: 'relu' });
  const shortcut = conv('shortcut', inChannels, outChannels, 1);
  const shortcutNorm = batchNorm(slots, { name: `${name}/shortcut/norm`, numChannels: outChannels });
  return (x, context) => {
    const inner = norm2(conv2(norm1(conv1(x, context), context), context), context);
    return norm3(conv3(inner, context), shortcutNorm(shortcut(x, context), context), context);
  };
}

function convNormRelu(
  slots: SlotCollector,
  options: { name: string; inChannels: number; outChannels: number; kernelSize: number; stride: number },
): Layer {
  const conv = conv2d(slots, { ...options, useBias: true, role: 'head' });
  const norm = batchNorm(slots, { name: `${options.name}/norm`, numChannels: options.outChannels, activation: 'relu' });
  return (x, context) => norm(conv(x, context), context);
}
