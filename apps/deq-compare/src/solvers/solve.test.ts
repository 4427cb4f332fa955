import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { createRng } from 'rpg-core/rng';
import { beforeAll, describe, expect, test } from 'vitest';
import { affineMap, affineProblem } from '../../test/affine-problem.js';
import { anderson } from './anderson.js';
import { broyden } from './broyden.js';
import { solve } from './solve.js';
import type { FixedPointSolver } from './solver.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const methods: readonly FixedPointSolver[] = [broyden(), anderson()];
const read = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];
const scalarMap = (f: (z: tf.Tensor2D) => tf.Tensor) => (z: tf.Tensor2D) => tf.tidy(() => f(z) as tf.Tensor2D);

describe.each(methods)('$name', (solver) => {
  test('finds the fixed point of a contraction', () => {
    const problem = affineProblem({ numSamples: 3, size: 8, rate: 0.7, rng: createRng(1) });
    const solution = solve(affineMap(problem), tf.zeros([3, 8]), { solver, limits: { maxSteps: 40, tolerance: 1e-5 } });
    expect(solution.status).toBe('converged');
    expect(solution.statuses).toEqual(['converged', 'converged', 'converged']);
    expect(Math.max(...solution.residuals)).toBeLessThanOrEqual(1e-5);
    read(solution.value).forEach((value, i) => {
      expect(value).toBeCloseTo(problem.solutions.flat()[i]!, 3);
    });
    expect(solution.trace).toHaveLength(solution.numSteps);
  });

  test('a start that is the fixed point takes one evaluation', () => {
    const start = tf.tensor2d([[2]]);
    const solution = solve(scalarMap((z) => tf.add(tf.mul(z, 0.5), 1)), start, { solver, limits: { maxSteps: 9, tolerance: 1e-6 } }); // prettier-ignore
    expect(solution).toMatchObject({ status: 'converged', numSteps: 1, residuals: [0], trace: [0] });
    expect(read(solution.value)).toEqual([2]);
  });

  test('z = z + 1 has no fixed point, however far z runs', () => {
    const map = scalarMap((z) => tf.add(z, 1));
    const limits = { maxSteps: 12, tolerance: 1e-3 };
    const solution = solve(map, tf.zeros([2, 1]), { solver, limits, whenUnsolved: 'report' });
    expect(solution).toMatchObject({ status: 'out-of-steps', numSteps: 12 });
    expect(solution.statuses).toEqual(['out-of-steps', 'out-of-steps']);
    const residual = Math.max(...solution.residuals).toPrecision(2);
    expect(() => solve(map, tf.zeros([2, 1]), { solver, limits })).toThrow(
      `No fixed point: ${solver.name} ran out of steps after 12 evaluations; 2 of 2 samples are unsolved, the largest ` +
        `residual is ${residual}, expected at most 0.001. Allow more steps or a larger tolerance, or take the best ` +
        "iterate as it is with whenUnsolved: 'report'.",
    );
  });

  test('values that are not finite end one sample and leave the others alone', () => {
    // sample 0: a contraction; sample 1: NaN once z has left 0
    const map = scalarMap((z) => {
      const half = tf.add(tf.mul(z, 0.5), 1);
      const spoilt = tf.div(tf.mul(half, 1), tf.cast(tf.lessEqual(tf.mul(z, [[0], [1]]), 0), 'float32'));
      return spoilt;
    });
    const solution = solve(map, tf.zeros([2, 1]), {
      solver,
      limits: { maxSteps: 30, tolerance: 1e-4 },
      whenUnsolved: 'report',
    });
    expect(solution.status).toBe('not-finite');
    expect(solution.statuses).toEqual(['converged', 'not-finite']);
    expect(read(solution.value)[0]).toBeCloseTo(2, 3);
    expect(read(solution.value)[1]).toBe(0); // the best before that
  });

  test('each sample comes out as if it were alone', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 6 }),
        (seed, numSamples, size) => {
          const limits = { maxSteps: 25, tolerance: 1e-4 };
          const problem = affineProblem({ numSamples, size, rate: 0.8, rng: createRng(seed) });
          const together = solve(affineMap(problem), tf.zeros([numSamples, size]), {
            solver,
            limits,
            whenUnsolved: 'report',
          });
          for (let i = 0; i < numSamples; i++) {
            const alone = solve(affineMap(problem, i), tf.zeros([1, size]), { solver, limits, whenUnsolved: 'report' });
            expect(together.statuses[i]).toBe(alone.status);
            read(alone.value).forEach((value, k) => {
              expect(together.value.arraySync()[i]![k]).toBeCloseTo(value, 4);
            });
          }
        },
      ),
      { numRuns: 15, seed: 1 },
    );
  });

  test('a status is never better than the value', () => {
    const anyMap = fc.record({
      seed: fc.integer(),
      rate: fc.double({ min: 0.1, max: 3, noNaN: true }),
      size: fc.integer({ min: 1, max: 5 }),
      isSquashed: fc.boolean(),
    });
    fc.assert(
      fc.property(anyMap, ({ seed, rate, size, isSquashed }) => {
        const linear = affineMap(affineProblem({ numSamples: 2, size, rate, rng: createRng(seed) }));
        const map = isSquashed ? (z: tf.Tensor2D) => tf.tidy(() => tf.tanh(linear(z))) : linear;
        const before = tf.memory().numTensors;
        const solution = solve(map, tf.zeros([2, size]), {
          solver,
          limits: { maxSteps: 20, tolerance: 1e-3 },
          whenUnsolved: 'report',
        });
        expect(tf.memory().numTensors).toBe(before + 2); // the value, and the start made here
        expect(solution.numSteps).toBeLessThanOrEqual(20);
        expect(read(solution.value).every(Number.isFinite)).toBe(true);
        const residuals = tf.tidy(() => {
          const value = map(solution.value);
          return read(tf.div(tf.norm(tf.sub(value, solution.value), 2, 1), tf.norm(value, 2, 1)));
        });
        solution.statuses.forEach((status, i) => {
          expect(solution.residuals[i]).toBeCloseTo(residuals[i]!, 3);
          if (status === 'converged') expect(residuals[i]).toBeLessThanOrEqual(1.1e-3);
        });
      }),
      { numRuns: 40, seed: 2 },
    );
  });

  test('frees what it made, also when the map throws or nothing is found', () => {
    const z0 = tf.zeros<tf.Rank.R2>([2, 1]);
    const limits = { maxSteps: 4, tolerance: 1e-3 };
    const before = tf.memory().numTensors;
    expect(() =>
      solve(
        scalarMap((z) => tf.add(z, 1)),
        z0,
        { solver, limits },
      ),
    ).toThrow('No fixed point');
    let calls = 0;
    const failing = scalarMap((z) => {
      if (++calls === 3) throw new Error('broken map');
      return tf.add(z, 1);
    });
    expect(() => solve(failing, z0, { solver, limits })).toThrow('broken map');
    expect(() =>
      solve(
        scalarMap((z) => tf.concat([z, z], 1)),
        z0,
        { solver, limits },
      ),
    ).toThrow('The map gave [2, 2] for [2, 1], expected the same shape.');
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('a plain iteration that is no contraction diverges, and its start was the best', () => {
  const solution = solve(
    scalarMap((z) => tf.add(tf.mul(z, 3), 1)),
    tf.zeros([1, 1]),
    {
      solver: anderson({ memory: 1 }),
      limits: { maxSteps: 50, tolerance: 1e-3 },
      whenUnsolved: 'report',
    },
  );
  expect(solution).toMatchObject({ status: 'diverged', numSteps: 10, residuals: [1] }); // 3⁹ > 10 000
  expect(read(solution.value)).toEqual([0]);
});
