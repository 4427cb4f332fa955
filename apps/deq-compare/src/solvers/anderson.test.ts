import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { createRng } from 'rpg-core/rng';
import { beforeAll, describe, expect, test } from 'vitest';
import { affineMap, affineProblem } from '../../test/affine-problem.js';
import { anderson } from './anderson.js';
import { mixingWeights } from './mixing.js';
import { solve } from './solve.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const read = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

describe('mixingWeights', () => {
  test('two vectors that point away from each other cancel', () => {
    // g₁ = 1, g₂ = −3: 3/4·1 − 1/4·3 = 0; the matrix alone is singular
    const product = (i: number, j: number): number => [1, -3][i]! * [1, -3][j]!;
    const weights = mixingWeights(2, product, 1e-6)!;
    expect(weights[0]).toBeCloseTo(0.75, 5);
    expect(weights[1]).toBeCloseTo(0.25, 5);
    expect(mixingWeights(2, product, 0)).toBeUndefined();
  });

  test('no other weights with sum 1 do better', () => {
    const entries = fc.array(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 4, maxLength: 4 }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(entries, fc.integer(), (vectors, seed) => {
        const product = (i: number, j: number): number =>
          vectors[i]!.reduce((sum, v, k) => sum + v * vectors[j]![k]!, 0);
        const ridge = 0.01;
        const cost = (weights: ArrayLike<number>): number => {
          let sum = 0;
          for (let i = 0; i < vectors.length; i++) {
            sum += ridge * weights[i]! ** 2;
            for (let j = 0; j < vectors.length; j++) sum += weights[i]! * weights[j]! * product(i, j);
          }
          return sum;
        };
        const weights = mixingWeights(vectors.length, product, ridge)!;
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
        const rng = createRng(seed);
        const moves = vectors.map(() => 0.1 * rng.normal());
        const mean = moves.reduce((sum, move) => sum + move, 0) / moves.length;
        const others = weights.map((weight, i) => weight + moves[i]! - mean);
        expect(cost(weights)).toBeLessThanOrEqual(cost(others) + 1e-6);
      }),
      { numRuns: 50, seed: 3 },
    );
  });
});

test('memory 1 is the plain iteration, damped by the mixing', () => {
  const zs: number[] = [];
  const map = (z: tf.Tensor2D): tf.Tensor2D => {
    zs.push(...read(z));
    return tf.tidy(() => tf.add<tf.Tensor2D>(tf.mul(z, 0.5), 1));
  };
  const limits = { maxSteps: 3, tolerance: 1e-6 };
  solve(map, tf.zeros([1, 1]), { solver: anderson({ memory: 1 }), limits, whenUnsolved: 'report' });
  solve(map, tf.zeros([1, 1]), { solver: anderson({ memory: 1, mixing: 0.5 }), limits, whenUnsolved: 'report' });
  expect(zs).toEqual([0, 1, 1.5, 0, 0.5, 0.875]);
});

test('a line is solved as soon as there are two points', () => {
  const map = (z: tf.Tensor2D): tf.Tensor2D => tf.tidy(() => tf.add<tf.Tensor2D>(tf.mul(z, -3), 8));
  const limits = { maxSteps: 4, tolerance: 1e-3 };
  const solution = solve(map, tf.zeros([1, 1]), { solver: anderson({ ridge: 1e-6 }), limits });
  expect(read(solution.value)[0]).toBeCloseTo(2, 3); // z ← 8 − 3·z alone would run away
});

test('equations without a solution are counted and survived', () => {
  // f(z) − z is the same everywhere, so all vectors to mix are equal
  const map = (z: tf.Tensor2D): tf.Tensor2D => tf.tidy(() => tf.add<tf.Tensor2D>(z, [[0.5, 1]]));
  const limits = { maxSteps: 5, tolerance: 1e-6 };
  const start = tf.zeros<tf.Rank.R2>([1, 2]);
  const bare = solve(map, start, { solver: anderson({ ridge: 0 }), limits, whenUnsolved: 'report' });
  expect(bare).toMatchObject({ status: 'out-of-steps', numRestarts: 3 });
  const held = solve(map, start, { solver: anderson(), limits, whenUnsolved: 'report' });
  expect(held).toMatchObject({ status: 'out-of-steps', numRestarts: 0 });
});

test('the window moves: more steps than memory', () => {
  const problem = affineProblem({ numSamples: 3, size: 12, rate: 0.95, rng: createRng(5) });
  const limits = { maxSteps: 60, tolerance: 1e-5 };
  const solution = solve(affineMap(problem), tf.zeros([3, 12]), { solver: anderson({ memory: 3 }), limits });
  expect(solution.numSteps).toBeGreaterThan(4);
  read(solution.value).forEach((value, i) => {
    expect(value).toBeCloseTo(problem.solutions.flat()[i]!, 2);
  });
});

test.each([
  [{ memory: 1.5 }, 'anderson: memory is 1.5, expected an integer of 1 or more.'],
  [{ ridge: -1 }, 'anderson: ridge is -1, expected a number of 0 or more.'],
  [{ mixing: 0 }, 'anderson: mixing is 0, expected a number above 0 and not above 1.'],
])('%o is refused', (options, message) => {
  expect(() => anderson(options)).toThrow(message);
});
