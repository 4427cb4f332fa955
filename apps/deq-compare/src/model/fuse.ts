// How the scales of a block receive each other: finer ones by strided convolutions, coarser ones by a 1×1 convolution and
// enlargement; each scale sums what it receives.
import * as tf from '@tensorflow/tfjs-core';
import type { SlotCollector } from 'rpg-core';
import { conv2d, type ForwardContext, groupNorm, type Layer, upsampleNearest } from 'rpg-core/layers';

/** Settings of an exchange. */
export interface FuseOptions {
  readonly name: string;
  /** Of each scale, the finest first. */
  readonly channels: readonly number[];
  readonly numGroups: number;
}

/** One map a scale in and out, each [batch, height / 2^i, width / 2^i, channels]. */
export type Fuse = (maps: readonly tf.Tensor4D[], context: ForwardContext) => tf.Tensor4D[];

/** Declares the layers from every scale to every other one; a scale's own map is added as it is. */
export function fuse(slots: SlotCollector, { name, channels, numGroups }: FuseOptions): Fuse {
  const scales = [...channels.keys()];
  const layers = scales.map((to) =>
    scales.map((from) => {
      const options = { name: `${name}/${from}to${to}`, channels, from, to, numGroups };
      if (from === to) return undefined;
      return from < to ? coarser(slots, options) : finer(slots, options);
    }),
  );
  return (maps, context) =>
    scales.map((to) => tf.addN(maps.map((map, from) => layers[to]![from]?.(map, context) ?? map)));
}

interface PathOptions extends FuseOptions {
  readonly from: number;
  readonly to: number;
}

/** A 3×3 convolution at stride 2 with a norm a halving, ReLU between them; the last one changes the channels. */
function coarser(slots: SlotCollector, { name, channels, from, to, numGroups }: PathOptions): Layer {
  const inChannels = channels[from]!;
  const halvings = Array.from({ length: to - from }, (_, i): Layer => {
    const isLast = i === to - from - 1;
    const outChannels = isLast ? channels[to]! : inChannels;
    const part = `${name}/conv${i + 1}`;
    const conv = conv2d(slots, { name: part, inChannels, outChannels, kernelSize: 3, stride: 2 });
    const norm = groupNorm(slots, {
      name: `${part}/norm`,
      numChannels: outChannels,
      numGroups,
      ...(isLast ? {} : { activation: 'relu' }),
    });
    return (x, context) => norm(conv(x, context), context);
  });
  return (x, context) => halvings.reduce((y, layer) => layer(y, context), x);
}

function finer(slots: SlotCollector, { name, channels, from, to, numGroups }: PathOptions): Layer {
  const [inChannels, outChannels] = [channels[from]!, channels[to]!];
  const conv = conv2d(slots, { name, inChannels, outChannels, kernelSize: 1 });
  const norm = groupNorm(slots, { name: `${name}/norm`, numChannels: outChannels, numGroups });
  return (x, context) => upsampleNearest(norm(conv(x, context), context), 2 ** (from - to));
}
