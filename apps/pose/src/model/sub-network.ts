// One of the stacked sub-networks: it refines the feature map and gives heat maps of its own.
import * as tf from '@tensorflow/tfjs-core';
import type { SlotCollector } from 'rpg-core';
import { batchNorm, conv2d, type ForwardContext, type Layer, relu } from 'rpg-core/layers';
import { hourglass } from './hourglass.js';
import { residual } from './residual.js';

/** Settings of a sub-network. */
export interface SubNetworkOptions {
  readonly name: string;
  readonly numFeatures: number;
  readonly depth: number;
  readonly numJoints: number;
  /** The last one hands nothing on and has no merge. */
  readonly isLast: boolean;
}

/** What a sub-network makes of a feature map [batch, size, size, numFeatures]. */
export interface Refinement {
  /** [batch, size, size, numJoints] */
  readonly heatMaps: tf.Tensor4D;
  /** [batch, size, size, numFeatures], for the next sub-network; the input itself behind the last one. */
  readonly features: tf.Tensor4D;
}

export type SubNetwork = (x: tf.Tensor4D, context: ForwardContext) => Refinement;

/**
 * Hourglass, residual module, 1×1 convolution with norm and ReLU, 1×1 convolution to heat maps. Features and heat maps
 * go through a 1×1 convolution each and are added to the input: the merge. All convolutions are backbone slots.
 */
export function subNetwork(slots: SlotCollector, options: SubNetworkOptions): SubNetwork {
  const { name, numFeatures, depth, numJoints, isLast } = options;
  const pointwise = (part: string, inChannels: number, outChannels: number): Layer =>
    conv2d(slots, { name: `${name}/${part}`, inChannels, outChannels, kernelSize: 1, useBias: true });
  const glass = hourglass(slots, { name: `${name}/hourglass`, numFeatures, depth });
  const module = residual(slots, { name: `${name}/residual`, inChannels: numFeatures, outChannels: numFeatures });
  const linear = pointwise('linear', numFeatures, numFeatures);
  const norm = batchNorm(slots, { name: `${name}/linear/norm`, numChannels: numFeatures });
  const head = pointwise('heat-maps', numFeatures, numJoints);
  const merge = isLast
    ? undefined
    : {
        features: pointwise('merge-features', numFeatures, numFeatures),
        heatMaps: pointwise('merge-heat-maps', numJoints, numFeatures),
      };

  return (x, context) => {
    const refined = relu(norm(linear(module(glass(x, context), context), context), context));
    const heatMaps = head(refined, context);
    if (merge === undefined) return { heatMaps, features: x };
    return { heatMaps, features: tf.addN([x, merge.features(refined, context), merge.heatMaps(heatMaps, context)]) };
  };
}
