import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { gradientError, oneLayer } from '../../test/one-layer.js';
import type { SlotCollector } from '../weights/slot.js';
import { batchNorm, batchNormAdd } from './batch-norm.js';
import type { Layer } from './layer.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const read = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

test('one value a channel is refused in training, and taken otherwise', () => {
  const { layer, source } = oneLayer((slots) => batchNorm(slots, { name: 'n', numChannels: 3 }));
  const weights = source.generate();
  const x = tf.ones<tf.Rank.R4>([1, 1, 1, 3]);
  expect(() => layer(x, { weights, isTraining: true })).toThrow(
    new RangeError(
      "Batch norm 'n' has one value a channel in training (input [1, 1, 1, 3]), expected more than one: take a larger " +
        'batch or larger images.',
    ),
  );
  expect(layer(x, { weights, isTraining: false }).shape).toEqual([1, 1, 1, 3]);
  expect(layer(tf.ones([2, 1, 1, 3]), { weights, isTraining: true }).shape).toEqual([2, 1, 1, 3]);
});

const x = (): tf.Tensor4D => tf.tensor4d([1, 2, 3, 6], [2, 1, 2, 1]); // mean 3, variance 3.5, unbiased 14/3
const make = (slots: SlotCollector): Layer => batchNorm(slots, { name: 'n', numChannels: 1, epsilon: 0.5 });

test('normalises by the batch while training, and moves its averages as PyTorch does', () => {
  const { layer, source } = oneLayer(make);
  source.trainables.get('n/gamma')!.assign(tf.tensor1d([10]));
  source.trainables.get('n/beta')!.assign(tf.tensor1d([1]));
  const y = read(layer(x(), { weights: source.generate(), isTraining: true }));
  [-9, -4, 1, 16].forEach((expected, i) => {
    expect(y[i]).toBeCloseTo(expected, 4); // (x − 3) / √(3.5 + 0.5) · 10 + 1
  });
  expect(read(source.statistics.get('n/moving-mean')!)[0]).toBeCloseTo(0.3, 6);
  expect(read(source.statistics.get('n/moving-variance')!)[0]).toBeCloseTo(0.9 + 1.4 / 3, 6);
});

test('normalises by its averages otherwise, and leaves them', () => {
  const { layer, source } = oneLayer(make);
  source.statistics.get('n/moving-mean')!.assign(tf.tensor1d([1]));
  source.statistics.get('n/moving-variance')!.assign(tf.tensor1d([3.5]));
  const y = layer(x(), { weights: source.generate(), isTraining: false });
  expect(read(y)).toEqual([0, 0.5, 1, 2.5]);
  expect(read(source.statistics.get('n/moving-mean')!)).toEqual([1]);
});

test('gradients agree with central differences: input, gamma and beta', () => {
  const { layer, source } = oneLayer((slots) => batchNorm(slots, { name: 'n', numChannels: 3 }));
  const weigh = tf.randomNormal([4, 2, 2, 3], 0, 1, 'float32', 5);
  const run = (input: tf.Tensor): tf.Scalar =>
    tf.sum(tf.mul(weigh, layer(input as tf.Tensor4D, { weights: source.generate(), isTraining: true })));
  const input = tf.randomNormal([4, 2, 2, 3], 1, 2, 'float32', 6);
  expect(gradientError(run, input)).toBeLessThan(0.01);
  for (const name of ['n/gamma', 'n/beta']) {
    const variable = source.trainables.get(name)!;
    const { grads } = tf.variableGrads(() => run(input), [...source.trainables.values()]);
    const f = (value: Float32Array): number => {
      variable.assign(tf.tensor1d(value));
      return read(run(input))[0]!;
    };
    const start = Float32Array.from(read(variable));
    read(grads[variable.name]!).forEach((gradient, i) => {
      const difference = (f(start.with(i, start[i]! + 0.1)) - f(start.with(i, start[i]! - 0.1))) / 0.2;
      expect(Math.abs(gradient - difference)).toBeLessThan(0.01 * (1 + Math.abs(difference)));
    });
    variable.assign(tf.tensor1d(start));
  }
});

test.each([true, false])(
  'with residual and ReLU: max(norm(x) + residual, 0), gradients included (%j)',
  (isTraining) => {
    const { layer: plain, source } = oneLayer((slots) => batchNorm(slots, { name: 'n', numChannels: 3 }));
    const { layer: ending } = oneLayer((slots) =>
      batchNormAdd(slots, { name: 'n', numChannels: 3, activation: 'relu' }),
    );
    const { layer: rectified } = oneLayer((slots) =>
      batchNorm(slots, { name: 'n', numChannels: 3, activation: 'relu' }),
    );
    const input = tf.randomNormal<tf.Rank.R4>([4, 2, 2, 3], 1, 2, 'float32', 6);
    const residual = tf.randomNormal<tf.Rank.R4>([4, 2, 2, 3], 0, 1, 'float32', 7);
    const context = { weights: source.generate(), isTraining };
    const compare = (found: (x: tf.Tensor4D, r: tf.Tensor4D) => tf.Tensor, expected: typeof found): void => {
      const gradientsOf = (f: typeof found) =>
        tf.grads((x, r) => tf.sum(tf.square(f(x as tf.Tensor4D, r as tf.Tensor4D))))([input, residual]);
      [found(input, residual), ...gradientsOf(found)].forEach((tensor, i) => {
        const wanted = read([expected(input, residual), ...gradientsOf(expected)][i]!);
        read(tensor).forEach((value, at) => {
          expect(value).toBeCloseTo(wanted[at]!, 4);
        });
      });
    };
    compare(
      (x, r) => ending(x, r, context),
      (x, r) => tf.relu(tf.add(plain(x, context), r)),
    );
    compare(
      (x, r) => tf.add(rectified(x, context), r),
      (x, r) => tf.add(tf.relu(plain(x, context)), r),
    );
  },
);

test('a gradient that the caller passes in stays the caller’s', () => {
  const { layer, source } = oneLayer((slots) => batchNorm(slots, { name: 'n', numChannels: 3, activation: 'relu' }));
  const input = tf.randomNormal<tf.Rank.R4>([4, 2, 2, 3], 1, 2, 'float32', 6);
  const dy = tf.ones<tf.Rank.R4>([4, 2, 2, 3]);
  tf.grad((x) => layer(x as tf.Tensor4D, { weights: source.generate(), isTraining: true }))(input, dy).dispose();
  expect([dy.isDisposed, input.isDisposed]).toEqual([false, false]);
});

test('leaves no tensors behind', () => {
  const { layer, source } = oneLayer((slots) => batchNorm(slots, { name: 'n', numChannels: 3 }));
  const input = tf.ones<tf.Rank.R4>([2, 2, 2, 3]);
  const run = (): void => {
    const { value, grads } = tf.variableGrads(
      () => tf.sum(layer(input, { weights: source.generate(), isTraining: true })),
      [...source.trainables.values()],
    );
    tf.dispose([value, grads]);
  };
  run();
  const before = tf.memory().numTensors;
  run();
  expect(tf.memory().numTensors).toBe(before);
});
