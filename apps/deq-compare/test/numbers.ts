// Reading and comparing numbers.
import type * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

export function read(tensor: tf.Tensor): number[] {
  return [...tensor.dataSync()];
}

/** Every difference within `tolerance` of the largest expected number. */
export function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  expect(actual).toHaveLength(expected.length);
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const error = actual.reduce((largest, value, i) => Math.max(largest, Math.abs(value - expected[i]!)), 0);
  expect(error).toBeLessThanOrEqual(tolerance * scale);
}
