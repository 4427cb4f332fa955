import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../ring/rng.js';
import { SlotCollector } from '../weights/slot.js';
import { createWeightSource, type WeightSource } from '../weights/weight-source.js';
import { groupNorm, groupNormAdd, type GroupNormOptions } from './group-norm.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const read = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

type Norm = (x: tf.Tensor4D, residual: tf.Tensor4D | undefined) => tf.Tensor4D;

function build(options: Omit<GroupNormOptions, 'name'>): { norm: Norm; source: WeightSource } {
  const slots = new SlotCollector();
  const plain = groupNorm(slots, { name: 'plain', ...options });
  const adding = groupNormAdd(slots, { name: 'adding', ...options });
  const source = createWeightSource(slots.slots, { kind: 'independent' }, createRng(1));
  const context = { weights: source.generate(), isTraining: true };
  const norm: Norm = (x, residual) => (residual === undefined ? plain(x, context) : adding(x, residual, context));
  return { norm, source };
}

function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  expect(actual).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  actual.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(tolerance * scale);
  });
}

// Two images of 1×2 pixels and four channels in two groups. Channels 0 and 1 of the first image hold 1, 3, 5, 7: mean 4,
// variance 5; channels 2 and 3 hold 0, 0, 0, 8: mean 2, variance 12. In the second image they hold 2, 2, 2, 2 and
// 1, −1, 1, −1.
const x = tf.tensor4d([1, 3, 0, 0, 5, 7, 0, 8, 2, 2, 1, -1, 2, 2, 1, -1], [2, 1, 2, 4]);
const byHand = { numChannels: 4, numGroups: 2, epsilon: 4 }; // 5 + 4 and 12 + 4 are squares

test('each image and group has a mean and a variance of its own', () => {
  const { norm, source } = build(byHand);
  source.trainables.get('plain/gamma')!.assign(tf.tensor1d([3, 6, 4, 8]));
  source.trainables.get('plain/beta')!.assign(tf.tensor1d([0, 100, 0, 100]));
  const first = [-3, 98, -2, 96, 1, 106, -2, 112];
  const side = 1 / Math.sqrt(5);
  const second = [0, 100, 4 * side, 100 - 8 * side, 0, 100, 4 * side, 100 - 8 * side];
  expectClose(read(norm(x, undefined)), [...first, ...second]);
});

test('an addition and a ReLU follow', () => {
  const { norm, source } = build({ ...byHand, activation: 'relu' });
  for (const layer of ['plain', 'adding']) {
    source.trainables.get(`${layer}/gamma`)!.assign(tf.tensor1d([3, 6, 4, 8]));
  }
  const one = tf.slice4d(x, [0, 0, 0, 0], [1, 1, 2, 4]);
  expectClose(read(norm(one, undefined)), [0, 0, 0, 0, 1, 6, 0, 12]);
  expectClose(read(norm(one, tf.ones([1, 1, 2, 4]))), [0, 0, 0, 0, 2, 7, 0, 13]);
});

test('declares gain and offset for each channel, 1 and 0', () => {
  const { source } = build(byHand);
  expect([...source.trainables].map(([name, values]) => [name, read(values)])).toEqual([
    ['plain/gamma', [1, 1, 1, 1]],
    ['plain/beta', [0, 0, 0, 0]],
    ['adding/gamma', [1, 1, 1, 1]],
    ['adding/beta', [0, 0, 0, 0]],
  ]);
  expect(source.statistics.size).toBe(0);
});

describe('gradients', () => {
  test.each([
    { numChannels: 6, numGroups: 3, hasResidual: false, activation: undefined },
    { numChannels: 6, numGroups: 1, hasResidual: true, activation: 'relu' },
    { numChannels: 3, numGroups: 3, hasResidual: false, activation: 'relu' },
    { numChannels: 4, numGroups: 2, hasResidual: true, activation: undefined },
  ] as const)('agree with central differences: %j', ({ numChannels, numGroups, hasResidual, activation }) => {
    const { norm, source } = build({ numChannels, numGroups, ...(activation === undefined ? {} : { activation }) });
    const shape = [2, 3, 2, numChannels];
    const random = (size: number[], seed: number) => tf.randomNormal(size, 0.5, 1, 'float32', seed);
    const [gamma, beta] = ['gamma', 'beta'].map((part) =>
      source.trainables.get(`${hasResidual ? 'adding' : 'plain'}/${part}`)!,
    );
    const points = [
      random(shape, 1),
      random([numChannels], 2),
      random([numChannels], 3),
      ...(hasResidual ? [random(shape, 4)] : []),
    ];
    const weigh = random(shape, 5);
    const loss = (input: tf.Tensor, residual: tf.Tensor | undefined): tf.Scalar =>
      tf.sum(tf.mul(norm(input as tf.Tensor4D, residual as tf.Tensor4D | undefined), weigh));
    const at = (values: readonly tf.Tensor[]): number => {
      gamma!.assign(values[1]!);
      beta!.assign(values[2]!);
      return read(loss(values[0]!, values[3]))[0]!;
    };
    at(points);
    const ofTensors = tf.grads((input: tf.Tensor, residual?: tf.Tensor) => loss(input, residual))(
      hasResidual ? [points[0]!, points[3]!] : [points[0]!],
    );
    const { grads } = tf.variableGrads(() => loss(points[0]!, points[3]), [gamma!, beta!]);
    const found = [ofTensors[0]!, grads[gamma!.name]!, grads[beta!.name]!, ...ofTensors.slice(1)];

    const step = 2e-3;
    found.forEach((gradient, which) => {
      const point = points[which]!;
      const values = point.dataSync<'float32'>();
      const near = (i: number, value: number): number =>
        at(points.with(which, tf.tensor(values.with(i, value), point.shape)));
      const differences = [...values].map((value, i) => (near(i, value + step) - near(i, value - step)) / (2 * step));
      expectClose(read(gradient), differences, 1e-2);
    });
  });

  test('keep no tensors', () => {
    const { norm } = build({ ...byHand, activation: 'relu' });
    const gradient = tf.grads((a: tf.Tensor, b: tf.Tensor) => norm(a as tf.Tensor4D, b as tf.Tensor4D));
    tf.dispose(gradient([x, x]));
    const before = tf.memory().numTensors;
    tf.dispose(gradient([x, x]));
    expect(tf.memory().numTensors).toBe(before);
  });
});

test.each([0, 1.5, 3])('%d groups of four channels are refused', (numGroups) => {
  expect(() => groupNorm(new SlotCollector(), { name: 'norm', numChannels: 4, numGroups })).toThrow(
    new RangeError(`groupNorm 'norm': numGroups is ${numGroups}, expected a divisor of its 4 channels.`),
  );
});

test('one value a group is refused in training, whatever the batch, and taken otherwise', () => {
  const slots = new SlotCollector();
  const norm = groupNorm(slots, { name: 'n', numChannels: 4, numGroups: 4 });
  const weights = createWeightSource(slots.slots, { kind: 'independent' }, createRng(1)).generate();
  for (const batch of [1, 3]) {
    expect(() => norm(tf.ones([batch, 1, 1, 4]), { weights, isTraining: true })).toThrow(
      new RangeError(
        `Group norm 'n' has one value a group in training (input [${batch}, 1, 1, 4] in 4 groups), expected more than one: ` +
          'take larger images, or more channels.',
      ),
    );
  }
  expect(norm(tf.ones([1, 1, 1, 4]), { weights, isTraining: false }).shape).toEqual([1, 1, 1, 4]);
  expect(norm(tf.ones([1, 1, 2, 4]), { weights, isTraining: true }).shape).toEqual([1, 1, 2, 4]);
});
