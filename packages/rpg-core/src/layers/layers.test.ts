import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../ring/rng.js';
import { SlotCollector } from '../weights/slot.js';
import { createWeightSource, type WeightSource } from '../weights/weight-source.js';
import { relu } from './activations.js';
import { batchNorm, batchNormAdd } from './batch-norm.js';
import { conv2d, type Conv2dOptions } from './conv2d.js';
import { dense } from './dense.js';
import type { Layer } from './layer.js';
import { globalAveragePool, maxPool2d } from './pooling.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const read = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];
const image = (rows: number[][]): tf.Tensor4D => tf.tensor4d(rows.flat(), [1, rows.length, rows[0]!.length, 1]);

/** Builds one layer with its own independent weights. */
function build<L>(make: (slots: SlotCollector) => L): { layer: L; source: WeightSource } {
  const slots = new SlotCollector();
  const layer = make(slots);
  return { layer, source: createWeightSource(slots.slots, { kind: 'independent' }, createRng(1)) };
}

/** Largest difference between a gradient and central differences, relative to the gradient's largest entry. */
function gradientError(f: (x: tf.Tensor) => tf.Scalar, point: tf.Tensor, step = 1e-2): number {
  const gradient = read(tf.grad(f)(point));
  const values = Float32Array.from(read(point));
  const at = (i: number, value: number): number => read(f(tf.tensor(values.with(i, value), point.shape)))[0]!;
  const errors = gradient.map((g, i) =>
    Math.abs(g - (at(i, values[i]! + step) - at(i, values[i]! - step)) / (2 * step)),
  );
  return Math.max(...errors) / Math.max(...gradient.map(Math.abs));
}

describe('conv2d', () => {
  const withKernel = (options: Partial<Conv2dOptions>, x: tf.Tensor4D): tf.Tensor => {
    const { layer, source } = build((slots) =>
      conv2d(slots, { name: 'c', inChannels: 1, outChannels: 1, kernelSize: 3, ...options }),
    );
    const kernel = source.trainables.get('c/kernel')!;
    kernel.assign(tf.ones(kernel.shape));
    source.trainables.get('c/bias')?.assign(tf.tensor1d([100]));
    return layer(x, { weights: source.generate(), isTraining: true });
  };
  const rows = [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
    [9, 10, 11, 12],
    [13, 14, 15, 16],
  ];

  test('pads both sides alike at stride 2, as PyTorch does', () => {
    // windows start at −1 and 1 in both directions
    expect(read(withKernel({ stride: 2 }, image(rows)))).toEqual([14, 30, 57, 99]);
  });

  test('keeps the size at stride 1', () => {
    const y = withKernel({}, image(rows));
    expect(y.shape).toEqual([1, 4, 4, 1]);
    expect(read(y).slice(0, 2)).toEqual([14, 24]);
  });

  test('without padding, and with a bias', () => {
    expect(read(withKernel({ padding: 0, useBias: true }, image(rows)))).toEqual([154, 163, 190, 199]);
  });

  test('1×1 at stride 2 takes every second pixel', () => {
    expect(read(withKernel({ kernelSize: 1, stride: 2 }, image(rows)))).toEqual([1, 3, 9, 11]);
  });

  test.each([
    [{ stride: 0 }, "conv2d 'c': stride is 0, expected an integer of 1 or more."],
    [{ padding: -1 }, "conv2d 'c': padding is -1, expected an integer of 0 or more."],
  ])('%o is refused', (options, message) => {
    expect(() => withKernel(options, image(rows))).toThrow(message);
  });

  test('the gradient agrees with central differences', () => {
    const { layer, source } = build((slots) =>
      conv2d(slots, { name: 'c', inChannels: 2, outChannels: 3, kernelSize: 3, stride: 2 }),
    );
    const weights = source.generate();
    const f = (x: tf.Tensor): tf.Scalar => tf.sum(tf.square(layer(x as tf.Tensor4D, { weights, isTraining: true })));
    expect(gradientError(f, tf.randomNormal([1, 5, 5, 2], 0, 1, 'float32', 1))).toBeLessThan(0.01);
  });

  test('starts with the deviation √(2 / fan-out)', () => {
    const { source } = build((slots) => conv2d(slots, { name: 'c', inChannels: 64, outChannels: 32, kernelSize: 3 }));
    const values = read(source.trainables.get('c/kernel')!);
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
    expect(deviation / Math.sqrt(2 / (9 * 32))).toBeCloseTo(1, 1);
  });
});

describe('dense', () => {
  test('x·K + b', () => {
    const { layer, source } = build((slots) => dense(slots, { name: 'd', inFeatures: 2, outFeatures: 2 }));
    source.trainables.get('d/kernel')!.assign(
      tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
    );
    source.trainables.get('d/bias')!.assign(tf.tensor1d([10, 20]));
    const y = layer(tf.tensor2d([[1, 10]]), { weights: source.generate(), isTraining: false });
    expect(read(y)).toEqual([41, 62]);
  });

  test('can come from a ring', () => {
    const slots = new SlotCollector();
    const layer = dense(slots, { name: 'd', inFeatures: 6, outFeatures: 5, role: 'backbone' });
    const source = createWeightSource(slots.slots, { kind: 'ring', ringSize: 10 }, createRng(1));
    expect([...source.trainables.keys()]).toEqual(['ring', 'd/bias']);
    expect(layer(tf.ones([2, 6]), { weights: source.generate(), isTraining: false }).shape).toEqual([2, 5]);
  });
});

describe('batchNorm', () => {
  test('one value a channel is refused in training, and taken otherwise', () => {
    const { layer, source } = build((slots) => batchNorm(slots, { name: 'n', numChannels: 3 }));
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
    const { layer, source } = build(make);
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
    const { layer, source } = build(make);
    source.statistics.get('n/moving-mean')!.assign(tf.tensor1d([1]));
    source.statistics.get('n/moving-variance')!.assign(tf.tensor1d([3.5]));
    const y = layer(x(), { weights: source.generate(), isTraining: false });
    expect(read(y)).toEqual([0, 0.5, 1, 2.5]);
    expect(read(source.statistics.get('n/moving-mean')!)).toEqual([1]);
  });

  test('gradients agree with central differences: input, gamma and beta', () => {
    const { layer, source } = build((slots) => batchNorm(slots, { name: 'n', numChannels: 3 }));
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
      const { layer: plain, source } = build((slots) => batchNorm(slots, { name: 'n', numChannels: 3 }));
      const { layer: ending } = build((slots) =>
        batchNormAdd(slots, { name: 'n', numChannels: 3, activation: 'relu' }),
      );
      const { layer: rectified } = build((slots) =>
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
    const { layer, source } = build((slots) => batchNorm(slots, { name: 'n', numChannels: 3, activation: 'relu' }));
    const input = tf.randomNormal<tf.Rank.R4>([4, 2, 2, 3], 1, 2, 'float32', 6);
    const dy = tf.ones<tf.Rank.R4>([4, 2, 2, 3]);
    tf.grad((x) => layer(x as tf.Tensor4D, { weights: source.generate(), isTraining: true }))(input, dy).dispose();
    expect([dy.isDisposed, input.isDisposed]).toEqual([false, false]);
  });

  test('leaves no tensors behind', () => {
    const { layer, source } = build((slots) => batchNorm(slots, { name: 'n', numChannels: 3 }));
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
});

test('relu and its gradient', () => {
  expect(read(relu(tf.tensor1d([-1, 0, 2])))).toEqual([0, 0, 2]);
  const gradient = tf.grad((x) => tf.sum(tf.mul(relu(x), [5, 7, 11])))(tf.tensor1d([-1, 0, 2]));
  expect(read(gradient)).toEqual([0, 0, 11]);
});

test('pooling', () => {
  const x = image([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]);
  expect(read(maxPool2d(x, 3, 2, 1))).toEqual([5, 6, 8, 9]);
  expect(read(globalAveragePool(x))).toEqual([5]);
});
