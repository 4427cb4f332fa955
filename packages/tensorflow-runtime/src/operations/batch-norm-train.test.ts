import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { isTensorflowHere } from '../../test/native-here.js';
import { loadBackend } from '../backend/load-backend.js';

describe.skipIf(!isTensorflowHere)('batch norm in training on TensorFlow', () => {
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
    const scale = Math.max(1, ...wanted.map(Math.abs));
    values.forEach((value, index) => {
      expect(Math.abs(value - wanted[index]!)).toBeLessThan(tolerance * scale);
    });
  }

  const random = (shape: number[], seed: number, mean = 1): tf.Tensor =>
    tf.randomNormal(shape, mean, 2, 'float32', seed);

  // One channel holding 1, 2, 3, 6: mean 3, biased variance 14/4, unbiased variance 14/3.
  const values = [1, 2, 3, 6];
  const byHand = (): tf.NamedTensorMap => ({
    x: tf.tensor4d(values, [1, 2, 2, 1]),
    gamma: tf.tensor1d([2]),
    beta: tf.tensor1d([10]),
    movingMean: tf.tensor1d([100]),
    movingVariance: tf.tensor1d([50]),
  });

  test.each([0.1, 0.25, 1])('momentum %d is the share of the new batch, as in PyTorch', (momentum) => {
    const [y, newMean, newVariance] = run('BatchNormTrain', byHand(), { epsilon: 0.5, momentum });
    // Normalising uses the biased variance: 3.5 + epsilon 0.5 = 4, so y = gamma · (x - 3) / 2 + beta.
    expectClose(y, [8, 9, 10, 13]);
    expectClose(newMean, [(1 - momentum) * 100 + momentum * 3]);
    // The moving average takes the unbiased one.
    expectClose(newVariance, [(1 - momentum) * 50 + (momentum * 14) / 3]);
  });

  test('adds the residual, then takes what is above 0', () => {
    const residual = tf.tensor4d([-9, 0, 0, -20], [1, 2, 2, 1]);
    const [y] = run('BatchNormReluTrain', { ...byHand(), residual }, { epsilon: 0.5, momentum: 0.1 });
    expectClose(y, [0, 9, 10, 0]);
  });

  test('what is not a number stays so', () => {
    const x = tf.tensor4d([NaN, 2, 3, 6], [1, 2, 2, 1]);
    const [y] = run('BatchNormReluTrain', { ...byHand(), x }, { epsilon: 0.5, momentum: 0.1 });
    expect(numbers(y)).toEqual([NaN, NaN, NaN, NaN]);
  });

  test('far from 0 the variance keeps its digits', () => {
    const x = tf.add(byHand().x!, 4096);
    const [y, , newVariance] = run('BatchNormTrain', { ...byHand(), x }, { epsilon: 0.5, momentum: 1 });
    expectClose(y, [8, 9, 10, 13]);
    expectClose(newVariance, [14 / 3]);
  });

  /** The composition of tfjs operations that these stand for. */
  function composition(inputs: tf.NamedTensorMap, epsilon: number, isRelu: boolean): tf.Tensor {
    const { x, gamma, beta, residual } = inputs;
    const axes = x!.shape.slice(0, -1).map((_, axis) => axis);
    const mean = tf.mean(x!, axes);
    const variance = tf.mean(tf.square(tf.sub(x!, mean)), axes);
    const normal = tf.add(tf.mul(tf.mul(tf.sub(x!, mean), tf.rsqrt(tf.add(variance, epsilon))), gamma!), beta!);
    const sum = residual === undefined ? normal : tf.add(normal, residual);
    return isRelu ? tf.relu(sum) : sum;
  }

  // Sizes at which rows divide unevenly among parts and blocks, and one that is worked on by several threads.
  const cases = [
    [[4, 5, 6, 3], true, true],
    [[4, 5, 6, 3], true, false],
    [[4, 5, 6, 3], false, true],
    [[4, 5, 6, 3], false, false],
    [[3, 1, 1, 7], true, true],
    [[7, 23, 19, 17], true, true],
    [[7, 23, 19, 17], false, false],
  ] as const;

  test.each(cases)(
    '%j, relu %j, residual %j: forward and all gradients agree with tfjs',
    (size, isRelu, hasResidual) => {
      const epsilon = 1e-3;
      const shape = [...size];
      const channels = shape.at(-1)!;
      const residual = hasResidual ? { residual: random(shape, 3) } : {};
      const inputs: tf.NamedTensorMap = {
        x: random(shape, 1),
        gamma: random([channels], 4),
        beta: random([channels], 5, 0),
        ...residual,
      };
      const moving = { movingMean: tf.zeros([channels]), movingVariance: tf.zeros([channels]) };
      const attributes = { epsilon, momentum: 0.1, hasResidual };
      const forward = run(isRelu ? 'BatchNormReluTrain' : 'BatchNormTrain', { ...inputs, ...moving }, attributes);
      const [y, , , mean, inverseDeviation] = forward;
      expectClose(y, composition(inputs, epsilon, isRelu));

      const dy = random(shape, 6);
      const names = Object.keys(inputs);
      const expected = tf.grads((...tensors: tf.Tensor[]) =>
        composition(Object.fromEntries(names.map((name, i) => [name, tensors[i]!])), epsilon, isRelu),
      )(Object.values(inputs), dy);
      const found = run(
        'BatchNormTrainGrad',
        {
          dy,
          x: inputs.x!,
          gamma: inputs.gamma!,
          mean: mean!,
          inverseDeviation: inverseDeviation!,
          ...(isRelu ? { y: y! } : {}),
        },
        { hasResidual },
      );
      expect(found).toHaveLength(names.length);
      found.forEach((gradient, i) => {
        expectClose(gradient, expected[i]!, 1e-4);
      });
    },
  );

  test('gives the same bits every time', () => {
    const inputs = { ...byHand(), x: random([16, 16, 16, 24], 7), gamma: tf.ones([24]), beta: tf.ones([24]) };
    const moving = { movingMean: tf.zeros([24]), movingVariance: tf.zeros([24]) };
    const once = (): number[] =>
      numbers(run('BatchNormTrain', { ...inputs, ...moving }, { epsilon: 0.5, momentum: 1 })[1]);
    const first = once();
    for (let again = 0; again < 5; again++) expect(once()).toEqual(first);
  });

  test('keeps the number of tensors level, also when the sizes do not fit', () => {
    const given = byHand();
    const before = tf.memory().numTensors;
    tf.dispose(run('BatchNormTrain', given, { epsilon: 0.5, momentum: 0.1 }));
    const wrong = tf.tensor1d([1, 1]);
    expect(() => run('BatchNormTrain', { ...given, gamma: wrong }, { epsilon: 0.5, momentum: 0.1 })).toThrow(
      /gamma, beta, means and deviations have to have one element a channel of x/,
    );
    const gradient = { dy: given.x!, x: given.x!, gamma: given.gamma!, mean: wrong, inverseDeviation: given.gamma! };
    expect(() => run('BatchNormTrainGrad', gradient)).toThrow(/one element a channel of x/);
    wrong.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a missing attribute and a missing input are named', () => {
    expect(() => run('BatchNormTrain', byHand(), { epsilon: 0.5 })).toThrow(
      new TypeError('BatchNormTrain was called with momentum = undefined, expected a number.'),
    );
    expect(() => run('BatchNormTrainGrad', { dy: tf.scalar(1) })).toThrow(
      new TypeError(
        "BatchNormTrainGrad was called without the input 'x', expected: dy, x, gamma, mean, inverseDeviation.",
      ),
    );
  });
});
