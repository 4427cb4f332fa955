import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { anderson } from './anderson.js';
import { broyden } from './broyden.js';
import { type Differentiation, equilibrium, type ParametricMap, unroll } from './equilibrium.js';
import type { SolveReport } from './solver.js';
import { vectorJacobianProducts } from './vector-jacobian.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const read = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

/** tanh(z·A + x): a contraction for the A below. */
const map: ParametricMap = (z, [a, x]) => tf.tidy(() => tf.tanh(tf.add(tf.matMul(z, a as tf.Tensor2D), x!)));
const matrix = tf.tidy(() => tf.mul<tf.Tensor2D>(tf.randomNormal([4, 4], 0, 1, 'float32', 7), 0.2));
const inputs = tf.randomNormal<tf.Rank.R2>([3, 4], 0, 1, 'float32', 8);
const weigh = tf.randomNormal<tf.Rank.R2>([3, 4], 0, 1, 'float32', 9);
const z0 = tf.zeros<tf.Rank.R2>([3, 4]);
const search = { solver: broyden(), limits: { maxSteps: 40, tolerance: 1e-6 } };

function lossOf(differentiation: Differentiation): (a: tf.Tensor, x: tf.Tensor) => tf.Scalar {
  return (a, x) =>
    tf.tidy(() => {
      const z = equilibrium({ map, parameters: [a, x], z0, forward: search, differentiation });
      return tf.sum<tf.Scalar>(tf.mul(tf.square(z), weigh));
    });
}

const unrolledLoss = (a: tf.Tensor, x: tf.Tensor): tf.Scalar =>
  tf.tidy(() => tf.sum(tf.mul(tf.square(unroll(map, [a, x], { z0, numSteps: 60 })), weigh)));

const implicit: Differentiation = { kind: 'implicit', backward: search };
const gradients = (loss: (a: tf.Tensor, x: tf.Tensor) => tf.Scalar): number[][] =>
  tf
    .grads(loss as (...xs: tf.Tensor[]) => tf.Tensor)([matrix, inputs])
    .map(read);

function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  const scale = Math.max(...expected.map(Math.abs));
  const error = Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)));
  expect(error / scale).toBeLessThan(tolerance);
}

describe('gradients of a fixed point', () => {
  test.each([
    ['broyden', search],
    ['anderson', { solver: anderson({ ridge: 1e-6 }), limits: { maxSteps: 60, tolerance: 1e-5 } }],
  ])('implicit, by %s, agree with a long unroll', (_, backward) => {
    const expected = gradients(unrolledLoss);
    const actual = gradients(lossOf({ kind: 'implicit', backward }));
    for (const i of [0, 1]) expectClose(actual[i]!, expected[i]!, 1e-3);
  });

  test('implicit agree with central differences', () => {
    const [ofMatrix] = gradients(lossOf(implicit));
    const values = matrix.dataSync<'float32'>();
    const at = (i: number, value: number): number =>
      read(lossOf(implicit)(tf.tensor2d(values.with(i, value), [4, 4]), inputs))[0]!;
    const step = 1e-2;
    const differences = [...values].map((value, i) => (at(i, value + step) - at(i, value - step)) / (2 * step));
    expectClose(ofMatrix!, differences, 5e-3);
  });

  test('phantom gradients come closer with every step', () => {
    const expected = gradients(unrolledLoss).flat();
    const errors = [1, 4, 16].map((numSteps) => {
      const actual = gradients(lossOf({ kind: 'phantom', numSteps, damping: 0.8 })).flat();
      return Math.hypot(...actual.map((value, i) => value - expected[i]!)) / Math.hypot(...expected);
    });
    expect(errors[1]).toBeLessThan(errors[0]!);
    expect(errors[2]).toBeLessThan(1e-3);
  });

  test('work inside another gradient, several times, and keep no tensors', () => {
    const variable = tf.variable(matrix);
    const run = (): number[] => {
      const { value, grads } = tf.variableGrads(() =>
        tf.add(lossOf(implicit)(variable, tf.tanh(inputs)), lossOf(implicit)(tf.mul(variable, 0.5), inputs)),
      );
      const numbers = read(grads[variable.name]!);
      tf.dispose([value, grads]);
      return numbers;
    };
    const first = run();
    const before = tf.memory().numTensors;
    expect(run()).toEqual(first);
    expect(tf.memory().numTensors).toBe(before);
    const differences = tf.variableGrads(() =>
      tf.add(unrolledLoss(variable, tf.tanh(inputs)), unrolledLoss(tf.mul(variable, 0.5), inputs)),
    );
    expectClose(first, read(differences.grads[variable.name]!), 1e-3);
    variable.dispose();
  });

  test('both searches are reported', () => {
    const reports: [string, SolveReport][] = [];
    const limits = { maxSteps: 2, tolerance: 1e-6 };
    const loss = (x: tf.Tensor): tf.Scalar =>
      tf.sum(
        equilibrium({
          map,
          parameters: [matrix, x],
          z0,
          forward: search,
          differentiation: { kind: 'implicit', backward: { solver: broyden(), limits } },
          onSolve: (direction, report) => reports.push([direction, report]),
        }),
      );
    tf.grad(loss)(inputs);
    expect(reports.map(([direction, { status }]) => [direction, status])).toEqual([
      ['forward', 'converged'],
      ['backward', 'out-of-steps'],
    ]);
    expect(reports[1]![1].numSteps).toBe(2);
    expect(reports[0]![1]).not.toHaveProperty('value');
  });

  test('without anyone to report to, a search that fails throws', () => {
    const backward = { solver: broyden(), limits: { maxSteps: 1, tolerance: 1e-6 } };
    expect(() => gradients(lossOf({ kind: 'implicit', backward }))).toThrow('No fixed point: broyden ran out of steps');
    const before = tf.memory().numTensors;
    expect(() =>
      equilibrium({ map, parameters: [matrix, inputs], z0, forward: backward, differentiation: implicit }),
    ).toThrow('No fixed point');
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([
    [{ kind: 'phantom', numSteps: 0, damping: 1 } as const, 'numSteps is 0, expected an integer of 1 or more.'],
    [{ kind: 'phantom', numSteps: 1, damping: 0 } as const, 'damping is 0, expected a number above 0 and not above 1.'],
  ])('%o is refused', (differentiation, message) => {
    expect(() => lossOf(differentiation)(matrix, inputs)).toThrow(message);
  });
});

test('unroll applies the map one step after another', () => {
  const half: ParametricMap = (z, [x]) => tf.tidy(() => tf.add(tf.mul(z, 0.5), x!));
  const start = tf.zeros<tf.Rank.R2>([1, 1]);
  expect(read(unroll(half, [tf.scalar(1)], { z0: start, numSteps: 3 }))).toEqual([1.75]);
  expect(read(unroll(half, [tf.scalar(1)], { z0: start, numSteps: 2, damping: 0.5 }))).toEqual([0.875]);
});

test('vector-Jacobian products: zeros where nothing depends', () => {
  const [x, y] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];
  const [dx, dy] = vectorJacobianProducts(() => tf.mul(x, x), [x, y], tf.tensor1d([10, 1]));
  expect(read(dx!)).toEqual([20, 4]);
  expect(read(dy!)).toEqual([0, 0]);
});
