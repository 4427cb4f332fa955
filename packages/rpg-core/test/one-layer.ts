// One layer with weights of its own, and what its tests measure.
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from '../src/ring/rng.js';
import { SlotCollector } from '../src/weights/slot.js';
import { createWeightSource, type WeightSource } from '../src/weights/weight-source.js';

const read = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

/** [1, height, width, 1] */
export const imageOf = (rows: number[][]): tf.Tensor4D =>
  tf.tensor4d(rows.flat(), [1, rows.length, rows[0]!.length, 1]);

/** Builds one layer with its own independent weights. */
export function oneLayer<L>(make: (slots: SlotCollector) => L): { layer: L; source: WeightSource } {
  const slots = new SlotCollector();
  const layer = make(slots);
  return { layer, source: createWeightSource(slots.slots, { kind: 'independent' }, createRng(1)) };
}

/** Largest difference between a gradient and central differences, relative to the gradient's largest entry. */
export function gradientError(f: (x: tf.Tensor) => tf.Scalar, point: tf.Tensor, step = 1e-2): number {
  const gradient = read(tf.grad(f)(point));
  const values = Float32Array.from(read(point));
  const at = (i: number, value: number): number => read(f(tf.tensor(values.with(i, value), point.shape)))[0]!;
  const errors = gradient.map((g, i) =>
    Math.abs(g - (at(i, values[i]! + step) - at(i, values[i]! - step)) / (2 * step)),
  );
  return Math.max(...errors) / Math.max(...gradient.map(Math.abs));
}
