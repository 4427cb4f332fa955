// One hourglass: down to a coarse map and up again, with a skip at every size (Newell et al. 2016).
import * as tf from '@tensorflow/tfjs-core';
import type { SlotCollector } from 'rpg-core';
import { type Layer, maxPool2d, upsampleNearest } from 'rpg-core/layers';
import { residual } from './residual.js';

/** Settings of an hourglass. */
export interface HourglassOptions {
  readonly name: string;
  readonly numFeatures: number;
  /** How often the map is halved, 1 or more. */
  readonly depth: number;
}

/**
 * At each level: a residual module at full size beside pooling, a module, the next level (at the last one a module), a
 * module and enlargement; both are added. 3·depth + 1 residual modules.
 *
 * @returns the layer, from and to [batch, height, width, numFeatures]; height and width are multiples of 2^depth
 */
export function hourglass(slots: SlotCollector, { name, numFeatures, depth }: HourglassOptions): Layer {
  const module = (part: string): Layer =>
    residual(slots, { name: `${name}/level${depth}/${part}`, inChannels: numFeatures, outChannels: numFeatures });
  const skip = module('skip');
  const before = module('before');
  const inner = depth > 1 ? hourglass(slots, { name, numFeatures, depth: depth - 1 }) : module('bottom');
  const after = module('after');
  return (x, context) => {
    const halved = maxPool2d(x, 2, 2, 0); // [batch, height / 2, width / 2, numFeatures]
    const low = after(inner(before(halved, context), context), context);
    return tf.add(skip(x, context), upsampleNearest(low, 2));
  };
}
