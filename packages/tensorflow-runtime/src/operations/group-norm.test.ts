import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { runScript } from '../../test/child-process.js';
import { isTensorflowHere } from '../../test/native-here.js';
import { loadBackend } from '../backend/load-backend.js';

describe.skipIf(!isTensorflowHere)('group norm on TensorFlow', () => {
  beforeAll(async () => {
    await loadBackend({ device: 'tensorflow' });
  });

  function run(name: string, inputs: tf.NamedTensorMap, attrs: object = {}): tf.Tensor[] {
    return tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap);
  }

  const numbers = (tensor: tf.Tensor | undefined): number[] => [...tensor!.dataSync()];

  function expectClose(found: tf.Tensor | undefined, expected: tf.Tensor | readonly number[], tolerance = 1e-5): void {
    const wanted = expected instanceof tf.Tensor ? numbers(expected) : expected;
    const values = numbers(found);
    expect(values).toHaveLength(wanted.length);
    const scale = wanted.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
    const error = values.reduce((largest, value, i) => Math.max(largest, Math.abs(value - wanted[i]!)), 0);
    expect(error).toBeLessThan(tolerance * scale);
  }

  const random = (shape: number[], seed: number, mean = 1): tf.Tensor =>
    tf.randomNormal(shape, mean, 2, 'float32', seed);

  // One image of two pixels; channels 0 and 1 hold 1, 3, 5, 7 (mean 4, variance 5), channels 2 and 3 hold 0, 0, 0, 8
  // (mean 2, variance 12).
  const byHand = (): { x: tf.Tensor; gamma: tf.Tensor; beta: tf.Tensor } => ({
    x: tf.tensor4d([1, 3, 0, 0, 5, 7, 0, 8], [1, 1, 2, 4]),
    gamma: tf.tensor1d([3, 6, 4, 8]),
    beta: tf.tensor1d([0, 100, 0, 100]),
  });
  const attributes = { numGroups: 2, epsilon: 4 }; // 5 + 4 and 12 + 4 are squares

  test('each group has its mean and deviation', () => {
    const [y, mean, inverseDeviation] = run('GroupNorm', byHand(), attributes);
    expectClose(y, [-3, 98, -2, 96, 1, 106, -2, 112]);
    expectClose(mean, [4, 2]);
    expectClose(inverseDeviation, [1 / 3, 1 / 4]);
    expect([mean!.shape, inverseDeviation!.shape]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('adds the residual, then takes what is above 0', () => {
    const residual = tf.tensor4d([0, -98, 3, -97, 0, 0, 1, 0], [1, 1, 2, 4]);
    expectClose(run('GroupNormRelu', { ...byHand(), residual }, attributes)[0], [0, 0, 1, 0, 1, 106, 0, 112]);
    expectClose(run('GroupNorm', { ...byHand(), residual }, attributes)[0], [-3, 0, 1, -1, 1, 106, -1, 112]);
  });

  test('what is not a number spoils its group alone', () => {
    const x = tf.tensor4d([1, NaN, 0, 0, 5, 7, 0, 8], [1, 1, 2, 4]);
    expect(numbers(run('GroupNormRelu', { ...byHand(), x }, attributes)[0]).map(Number.isNaN)).toEqual([
      ...[true, true, false, false],
      ...[true, true, false, false],
    ]);
  });

  test('far from 0 the variance keeps its digits', () => {
    const x = tf.add(byHand().x, 4096);
    expectClose(run('GroupNorm', { ...byHand(), x }, attributes)[0], [-3, 98, -2, 96, 1, 106, -2, 112]);
  });

  /** The composition of tfjs operations that these stand for. */
  function composition(inputs: tf.NamedTensorMap, numGroups: number, isRelu: boolean): tf.Tensor {
    const { x, gamma, beta, residual } = inputs;
    const [batch, channels] = [x!.shape[0], x!.shape.at(-1)!];
    const groups = tf.reshape(x!, [batch, -1, numGroups, channels / numGroups]);
    const mean = tf.mean(groups, [1, 3], true);
    const centred = tf.sub(groups, mean);
    const variance = tf.mean(tf.square(centred), [1, 3], true);
    const normal = tf.reshape(tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-3))), x!.shape);
    const scaled = tf.add(tf.mul(normal, gamma!), beta!);
    const sum = residual === undefined ? scaled : tf.add(scaled, residual);
    return isRelu ? tf.relu(sum) : sum;
  }

  // Sizes that fill no vector and no block of rows, one group, a channel a group, and work for several threads.
  const cases = [
    { shape: [4, 5, 6, 6], numGroups: 3, isRelu: true, hasResidual: true },
    { shape: [4, 5, 6, 6], numGroups: 3, isRelu: true, hasResidual: false },
    { shape: [4, 5, 6, 6], numGroups: 3, isRelu: false, hasResidual: true },
    { shape: [4, 5, 6, 6], numGroups: 3, isRelu: false, hasResidual: false },
    { shape: [3, 7, 5, 7], numGroups: 1, isRelu: true, hasResidual: true },
    { shape: [2, 3, 3, 7], numGroups: 7, isRelu: true, hasResidual: false },
    { shape: [3, 1, 1, 8], numGroups: 2, isRelu: false, hasResidual: false },
    { shape: [7, 23, 19, 34], numGroups: 17, isRelu: true, hasResidual: true },
    { shape: [7, 23, 19, 34], numGroups: 2, isRelu: false, hasResidual: false },
  ];

  test.each(cases)(
    '$shape in $numGroups groups, relu $isRelu, residual $hasResidual: forward and gradients agree with tfjs',
    ({ shape, numGroups, isRelu, hasResidual }) => {
      const channels = shape.at(-1)!;
      const inputs: tf.NamedTensorMap = {
        x: random(shape, 1),
        gamma: random([channels], 4),
        beta: random([channels], 5, 0),
        ...(hasResidual ? { residual: random(shape, 3) } : {}),
      };
      const [y, mean, inverseDeviation] = run(isRelu ? 'GroupNormRelu' : 'GroupNorm', inputs, {
        numGroups,
        epsilon: 1e-3,
      });
      expectClose(y, composition(inputs, numGroups, isRelu));

      const dy = random(shape, 6);
      const names = Object.keys(inputs);
      const expected = tf.grads((...tensors: tf.Tensor[]) =>
        composition(Object.fromEntries(names.map((name, i) => [name, tensors[i]!])), numGroups, isRelu),
      )(Object.values(inputs), dy);
      const { x, gamma } = inputs;
      const saved = { x: x!, gamma: gamma!, mean: mean!, inverseDeviation: inverseDeviation! };
      const found = run('GroupNormGrad', { dy, ...saved, ...(isRelu ? { y: y! } : {}) }, { numGroups, hasResidual });
      expect(found).toHaveLength(names.length);
      found.forEach((gradient, i) => {
        expect(gradient.shape).toEqual(expected[i]!.shape);
        expectClose(gradient, expected[i]!, 1e-4);
      });
    },
  );

  test('an image’s bits do not depend on the rest of its batch', () => {
    const x = random([9, 16, 16, 24], 7);
    const parameters = { gamma: random([24], 8), beta: random([24], 9) };
    const of = (images: tf.Tensor): tf.Tensor =>
      run('GroupNorm', { x: images, ...parameters }, { numGroups: 8, epsilon: 1e-5 })[0]!;
    const third = [2, 0, 0, 0];
    const size = [1, 16, 16, 24];
    expect(numbers(of(tf.slice(x, third, size)))).toEqual(numbers(tf.slice(of(x), third, size)));
  });

  test('the same bits for any number of threads', async () => {
    const script = `
      import * as tf from '@tensorflow/tfjs-core';
      import { createHash } from 'node:crypto';
      import { loadBackend } from './dist/index.js';
      await loadBackend({ device: 'tensorflow' });
      const random = (shape, seed) => tf.randomNormal(shape, 1, 2, 'float32', seed);
      const [x, gamma, beta] = [random([13, 17, 16, 24], 1), random([24], 2), random([24], 3)];
      const run = (name, inputs, attrs) => tf.engine().runKernel(name, inputs, attrs);
      const [y, mean, inverseDeviation] = run('GroupNormRelu', { x, gamma, beta }, { numGroups: 8, epsilon: 1e-5 });
      const inputs = { dy: random(x.shape, 4), x, gamma, mean, inverseDeviation, y };
      const hash = createHash('sha256');
      for (const tensor of [y, ...run('GroupNormGrad', inputs, { numGroups: 8, hasResidual: false })]) {
        hash.update(tensor.dataSync());
      }
      console.log(hash.digest('hex'));`;
    const outputs = await Promise.all(
      ['1', '2', '5'].map((threads) => runScript(script, { TF_NUM_INTRAOP_THREADS: threads })),
    );
    expect(outputs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(outputs[0]!.stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect(new Set(outputs.map(({ stdout }) => stdout)).size).toBe(1);
  });

  describe('what does not fit is refused, and no tensor stays', () => {
    const gradientOf = ({ x, gamma }: ReturnType<typeof byHand>) => {
      const perGroup = tf.ones([1, 2]);
      return { dy: x, x, gamma, mean: perGroup, inverseDeviation: perGroup };
    };
    const wrong = (): tf.Tensor => tf.ones([3]);
    const refused: [string, string, (right: ReturnType<typeof byHand>) => tf.NamedTensorMap, object, RegExp][] = [
      [
        'gamma',
        'GroupNorm',
        (right) => ({ ...right, gamma: wrong() }),
        {},
        /gamma and beta have to have one element a ch/,
      ],
      [
        'a residual',
        'GroupNorm',
        (right) => ({ ...right, residual: wrong() }),
        {},
        /dy, y and residual have to be of x's/,
      ],
      [
        'groups',
        'GroupNorm',
        (right) => right,
        { numGroups: 3 },
        /the number of groups has to divide the channels of x/,
      ],
      ['x', 'GroupNorm', (right) => ({ ...right, x: wrong() }), {}, /x has to be float32 \[batch, ..., channels\]/],
      ['dy', 'GroupNormGrad', (right) => ({ ...gradientOf(right), dy: wrong() }), {}, /dy, y and residual have to be/],
      [
        'means',
        'GroupNormGrad',
        (right) => ({ ...gradientOf(right), mean: wrong() }),
        {},
        /one element an image and group/,
      ],
    ];

    test.each(refused)('%s of %s', (_, name, change, attrs, message) => {
      const inputs = change(byHand());
      const before = tf.memory().numTensors;
      expect(() => run(name, inputs, { ...attributes, ...attrs })).toThrow(message);
      expect(tf.memory().numTensors).toBe(before);
    });

    test('a missing attribute and a missing input are named', () => {
      expect(() => run('GroupNorm', byHand(), { epsilon: 0.5 })).toThrow(
        new TypeError('GroupNorm was called with numGroups = undefined, expected a number.'),
      );
      expect(() => run('GroupNormGrad', { dy: tf.scalar(1) })).toThrow(
        new TypeError(
          "GroupNormGrad was called without the input 'x', expected: dy, x, gamma, mean, inverseDeviation.",
        ),
      );
    });
  });
});
