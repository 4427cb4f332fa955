import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from 'rpg-core/rng';
import { beforeAll, expect, test } from 'vitest';
import { affineMap, affineProblem } from '../../test/affine-problem.js';
import { broyden } from './broyden.js';
import { solve } from './solve.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const read = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

/** Broyden's method as textbooks have it, with the whole inverse Jacobian; gives its iterates. */
function textbookBroyden(f: (z: number[]) => number[], z0: number[], numSteps: number): number[][] {
  const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const times = (matrix: number[][], v: number[]): number[] => matrix.map((row) => dot(row, v));
  const change = (z: number[]): number[] => f(z).map((value, i) => value - z[i]!);
  const inverse = z0.map((_, i) => z0.map((_, j) => (i === j ? -1 : 0)));
  const iterates = [z0];
  let z = z0;
  let g = change(z);
  while (iterates.length < numSteps) {
    const step = times(inverse, g).map((value) => -value);
    z = z.map((value, i) => value + step[i]!);
    iterates.push(z);
    const next = change(z);
    const difference = times(
      inverse,
      next.map((value, i) => value - g[i]!),
    );
    const transposed = step.map((_, j) => dot(step, inverse.map((row) => row[j]!))); // prettier-ignore
    const denominator = dot(step, difference);
    inverse.forEach((row, i) => {
      transposed.forEach((value, j) => {
        row[j]! += ((step[i]! - difference[i]!) * value) / denominator;
      });
    });
    g = next;
  }
  return iterates;
}

test('a line is solved in three evaluations', () => {
  // z ← z/2 + 1 from 0: g = 1, z = 1; g = 1/2, β = 1/2, so the step is 1; z = 2, g = 0
  const zs: number[] = [];
  const map = (z: tf.Tensor2D): tf.Tensor2D => {
    zs.push(...read(z));
    return tf.tidy(() => tf.add<tf.Tensor2D>(tf.mul(z, 0.5), 1));
  };
  const limits = { maxSteps: 9, tolerance: 1e-6 };
  const solution = solve(map, tf.zeros([1, 1]), { solver: broyden(), limits });
  expect(zs).toEqual([0, 1, 2]);
  expect(solution).toMatchObject({ status: 'converged', numSteps: 3, residuals: [0], numRestarts: 0 });
  [1, 1 / 3, 0].forEach((residual, i) => {
    expect(solution.trace[i]).toBeCloseTo(residual, 6);
  });
});

test('its iterates are those of the textbook', () => {
  const size = 6;
  const problem = affineProblem({ numSamples: 2, size, rate: 1.5, rng: createRng('textbook') }); // no contraction
  const linear = affineMap(problem);
  const zs: number[][][] = [];
  const map = (z: tf.Tensor2D): tf.Tensor2D => {
    zs.push(z.arraySync());
    return tf.tidy(() => tf.tanh(linear(z)));
  };
  const numSteps = 11; // rows merge to blocks of 8, 2 and 1
  solve(map, tf.zeros([2, size]), {
    solver: broyden(),
    limits: { maxSteps: numSteps, tolerance: 1e-12 },
    whenUnsolved: 'report',
  }).value.dispose();
  for (const sample of [0, 1]) {
    const f = (z: number[]): number[] =>
      problem.matrices[sample]!.map((row, i) =>
        Math.tanh(row.reduce((sum, value, j) => sum + value * z[j]!, problem.offsets[sample]![i]!)),
      );
    const expected = textbookBroyden(
      f,
      Array.from({ length: size }, () => 0),
      numSteps,
    );
    zs.forEach((z, step) => {
      z[sample]!.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[step]![i]!, 3);
      });
    });
  }
});

test('an affine map of n dimensions takes at most 2·n steps, whatever its rate', () => {
  for (const size of [1, 2, 3, 5]) {
    const problem = affineProblem({ numSamples: 4, size, rate: 4, rng: createRng(`gay/${size}`) });
    const limits = { maxSteps: 2 * size + 2, tolerance: 1e-3 };
    const solution = solve(affineMap(problem), tf.zeros([4, size]), { solver: broyden(), limits });
    expect(solution.status).toBe('converged');
  }
});

test('a full memory is forgotten, and the search goes on', () => {
  const problem = affineProblem({ numSamples: 2, size: 10, rate: 0.6, rng: createRng(3) });
  const limits = { maxSteps: 60, tolerance: 1e-5 };
  const solution = solve(affineMap(problem), tf.zeros([2, 10]), { solver: broyden({ memory: 2 }), limits });
  read(solution.value).forEach((value, i) => {
    expect(value).toBeCloseTo(problem.solutions.flat()[i]!, 3);
  });
  expect(solution.numRestarts).toBe(0); // that is no failure
});

test('a singular update starts that sample’s memory anew', () => {
  // where f(z) − z does not change with z, β is 1
  const map = (z: tf.Tensor2D): tf.Tensor2D => tf.tidy(() => tf.add<tf.Tensor2D>(tf.mul(z, [[1], [0.5]]), 1));
  const solution = solve(map, tf.zeros([2, 1]), {
    solver: broyden(),
    limits: { maxSteps: 6, tolerance: 1e-6 },
    whenUnsolved: 'report',
  });
  expect(solution.statuses).toEqual(['out-of-steps', 'converged']);
  expect(solution.numRestarts).toBe(4); // at each of sample 0's evaluations but the first and the last
});

test('a memory below 1 is refused', () => {
  expect(() => broyden({ memory: 0 })).toThrow('broyden: memory is 0, expected an integer of 1 or more.');
});
