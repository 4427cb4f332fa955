import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, describe, expect, test } from 'vitest';
import { depthGradientLoss, depthLoss, logDepthsOf } from './depth-loss.js';

beforeAll(async () => {
  await loadBackend({});
});

const read = (tensor: tf.Tensor): number => tensor.dataSync()[0]!;
const map = (rows: number[][]): tf.Tensor3D => tf.tensor3d(rows.flat(), [1, rows.length, rows[0]!.length]);

/** A loss of predicted depths against true ones. */
type Loss = typeof depthLoss;

function evaluate(loss: Loss, predicted: tf.Tensor, depths: tf.Tensor3D, mask: tf.Tensor3D): tf.Scalar {
  return tf.tidy(() => loss(logDepthsOf(predicted as tf.Tensor3D, { depths, mask })));
}

describe('depthLoss', () => {
  const e = Math.E;

  test('by hand: a line for small errors, a parabola above a fifth of the largest', () => {
    // Errors of the logarithm: 1, 0.1, 0.2, 0; c = 0.2.
    const predicted = map([[e, e ** 0.1, e ** -0.2, 5]]);
    const depths = map([[1, 1, 1, 5]]);
    const expected = ((1 + 0.04) / 0.4 + 0.1 + (0.04 + 0.04) / 0.4 + 0) / 4;
    expect(read(evaluate(depthLoss, predicted, depths, tf.onesLike(depths)))).toBeCloseTo(expected, 5);
  });

  test('unknown pixels count neither as errors nor in the mean, nor set c', () => {
    const predicted = map([[e, e ** 0.1, 100, 1, 1]]);
    const depths = map([[1, 1, 0, NaN, Infinity]]);
    const mask = map([[1, 1, 0, 0, 0]]);
    expect(read(evaluate(depthLoss, predicted, depths, mask))).toBeCloseTo(((1 + 0.04) / 0.4 + 0.1) / 2, 5);
  });

  test('a depth of 0 has a logarithm', () => {
    const one = map([[1]]);
    expect(read(evaluate(depthLoss, map([[0]]), one, one))).toBeCloseTo((Math.log(1e9) * (1 + 0.04)) / 0.4, 3);
  });
});

describe('depthGradientLoss', () => {
  test('by hand: a logarithm that rises by a and b a pixel against one that is flat', () => {
    const ramp = (a: number, b: number): tf.Tensor3D =>
      map([0, 1, 2, 3].map((y) => [0, 1, 2].map((x) => Math.exp(a * x + b * y))));
    const flat = ramp(0, 0);
    const ones = tf.onesLike(flat);
    // |G|² = a² + b² in both pixels with neighbours on all sides; the Huber loss is 4.5 e² up to 1/9.
    const smallSquare = 0.2 ** 2 + 0.1 ** 2;
    expect(read(evaluate(depthGradientLoss, ramp(0.2, -0.1), flat, ones))).toBeCloseTo(
      smallSquare + 4.5 * smallSquare ** 2,
      5,
    );
    const largeSquare = 1 + 0.25;
    expect(read(evaluate(depthGradientLoss, ramp(1, 0.5), flat, ones))).toBeCloseTo(
      largeSquare + largeSquare - 1 / 18,
      4,
    );
  });

  test('an edge that a gap makes is none', () => {
    const depths = map(Array.from({ length: 5 }, () => [2, 2, 2, 2, 0, 7, 7, 7, 7]));
    const mask = map(Array.from({ length: 5 }, () => [1, 1, 1, 1, 0, 1, 1, 1, 1]));
    // The prediction has other steps on both sides of the gap, and one at it.
    const predicted = map(Array.from({ length: 5 }, () => [3, 3, 3, 3, 9, 1, 1, 1, 1]));
    expect(read(evaluate(depthGradientLoss, predicted, depths, mask))).toBeCloseTo(0, 6);
    // With one neighbour unknown everywhere no pixel counts.
    const checked = map(Array.from({ length: 5 }, (_, y) => Array.from({ length: 9 }, (_, x) => (x + y) % 2)));
    expect(read(evaluate(depthGradientLoss, predicted, depths, checked))).toBe(0);
  });
});

test.each<{ name: string; loss: Loss }>([
  { name: 'depthLoss', loss: depthLoss },
  { name: 'depthGradientLoss', loss: depthGradientLoss },
])('$name: 0 without known pixels, its gradient too; level tensors', ({ loss }) => {
  const predicted = tf.ones<tf.Rank.R3>([2, 4, 4]);
  const depths = tf.fill<tf.Rank.R3>([2, 4, 4], NaN);
  const mask = tf.zeros<tf.Rank.R3>([2, 4, 4]);
  const before = tf.memory().numTensors;
  const value = evaluate(loss, predicted, depths, mask);
  const gradient = tf.grad((p) => evaluate(loss, p, depths, mask))(predicted);
  expect(tf.memory().numTensors).toBe(before + 2);
  expect(read(value)).toBe(0);
  expect([...gradient.dataSync()]).toEqual(Array.from({ length: 32 }, () => 0));
});

test.each<{ name: string; loss: Loss }>([
  { name: 'depthLoss', loss: depthLoss },
  { name: 'depthGradientLoss', loss: depthGradientLoss },
])('$name: each entry of the gradient agrees with central differences', ({ loss }) => {
  const shape: [number, number, number] = [2, 5, 4];
  const predicted = tf.randomUniform(shape, 1, 4, 'float32', 1);
  const depths = tf.randomUniform<tf.Rank.R3>(shape, 1, 4, 'float32', 2);
  const mask = tf.tensor3d(
    Array.from({ length: 40 }, (_, i) => (i % 11 === 3 ? 0 : 1)),
    shape,
  );
  const gradient = [
    ...tf
      .grad((p) => evaluate(loss, p, depths, mask))(predicted)
      .dataSync(),
  ];
  const values = Float32Array.from(predicted.dataSync());
  const step = 2e-3;
  const at = (i: number, by: number): number =>
    read(evaluate(loss, tf.tensor(values.with(i, values[i]! + by), shape), depths, mask));
  const size = Math.max(...gradient.map(Math.abs));
  expect(size).toBeGreaterThan(0.01);
  gradient.forEach((slope, i) => {
    const difference = (at(i, step) - at(i, -step)) / (2 * step);
    expect(Math.abs(difference - slope) / size, `pixel ${i}`).toBeLessThan(0.02);
  });
});
