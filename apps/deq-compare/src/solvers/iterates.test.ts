import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { read } from '../../test/numbers.js';
import { Iterates } from './iterates.js';
import type { SolveStatus } from './solver.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** All that a test makes is freed in it. */
let before = 0;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(before);
});

/** A search of `numSamples` numbers from 0. */
function searchOf(
  numSamples: number,
  limits: { maxSteps?: number; tolerance?: number; divergenceFactor?: number } = {},
) {
  const z0 = tf.zeros<tf.Rank.R2>([numSamples, 1]);
  const iterates = new Iterates(z0, { maxSteps: 9, tolerance: 0.1, ...limits });
  z0.dispose(); // stays the caller's
  return {
    iterates,
    /** One evaluation: ‖f(z) − z‖ and ‖f(z)‖ of each sample. */
    observe: (norms: readonly (readonly [change: number, value: number])[]) => {
      iterates.observe(
        (i) => norms[i]![0] ** 2,
        (i) => norms[i]![1] ** 2,
      );
    },
    /** What was found, and frees all. */
    end: () => {
      const { value, ...report } = iterates.solution();
      const values = read(value);
      tf.dispose(value);
      iterates.dispose();
      return { ...report, values };
    },
  };
}

test('each sample keeps its best iterate, and the one that converged is left alone', () => {
  const { iterates, observe, end } = searchOf(2, { maxSteps: 3 });
  observe([[4, 8], [2, 4]]); // prettier-ignore
  iterates.advance(tf.tensor2d([[10], [20]]));
  observe([
    [0.5, 10],
    [3, 3],
  ]); // sample 0 is within a tenth of 10; sample 1 got worse // prettier-ignore
  expect([iterates.isRunning(0), iterates.isRunning(1), iterates.isDone()]).toEqual([false, true, false]);
  iterates.advance(tf.tensor2d([[11], [21]]));
  observe([[0, 1], [1.5, 5]]); // prettier-ignore
  expect(read(iterates.newest)).toEqual([11, 21]);
  expect(iterates.isDone()).toBe(true); // no steps are left
  iterates.countRestart();
  expect(end()).toEqual({
    values: [10, 21],
    status: 'out-of-steps',
    statuses: ['converged', 'out-of-steps'],
    numSteps: 3,
    residuals: [0.05, 0.3],
    trace: [0.5, 0.275, 0.175],
    numRestarts: 1,
  });
});

describe('how a sample ends', () => {
  test.each<{ title: string; norms: readonly (readonly [number, number])[]; status: SolveStatus }>([
    { title: 'a start within the tolerance', norms: [[1, 10]], status: 'converged' },
    { title: 'a start outside', norms: [[1.1, 10]], status: 'out-of-steps' },
    { title: 'f(z) = z = 0', norms: [[0, 0]], status: 'converged' },
    { title: 'half of the start', norms: [[4, 1], [2, 100]], status: 'converged' }, // prettier-ignore
    { title: 'more than that, though f(z) is large', norms: [[4, 1], [2.1, 100]], status: 'out-of-steps' }, // prettier-ignore
    { title: 'ten times the start', norms: [[4, 1], [40, 1]], status: 'out-of-steps' }, // prettier-ignore
    { title: 'more than ten times', norms: [[4, 1], [40.1, 1]], status: 'diverged' }, // prettier-ignore
    { title: 'a change that is NaN', norms: [[4, 1], [NaN, 1]], status: 'not-finite' }, // prettier-ignore
    { title: 'an infinite value', norms: [[4, 1], [1, Infinity]], status: 'not-finite' }, // prettier-ignore
  ])('$title: $status', ({ norms, status }) => {
    const { iterates, observe, end } = searchOf(1, { divergenceFactor: 10 });
    for (const norm of norms) observe([norm]);
    expect(iterates.isRunning(0)).toBe(status === 'out-of-steps');
    expect(iterates.isDone()).toBe(status !== 'out-of-steps');
    expect(end().status).toBe(status);
  });

  test('without a factor, beyond ten thousand times the start', () => {
    const { observe, end } = searchOf(2);
    observe([[1, 1], [1, 1]]); // prettier-ignore
    observe([[1e4, 1], [1.0001e4, 1]]); // prettier-ignore
    expect(end().statuses).toEqual(['out-of-steps', 'diverged']);
  });

  test('the whole search ends as its worst sample', () => {
    const secondNorms = {
      converged: [0, 1],
      'out-of-steps': [0.4, 1],
      diverged: [11, 1],
      'not-finite': [NaN, 1],
    } as const;
    const bestFirst = ['converged', 'out-of-steps', 'diverged', 'not-finite'] as const;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bestFirst), { minLength: 1, maxLength: 5 }), (statuses) => {
        const { iterates, observe, end } = searchOf(statuses.length, { divergenceFactor: 10 });
        observe(statuses.map(() => [1, 1]));
        observe(statuses.map((status) => secondNorms[status]));
        expect(iterates.isDone()).toBe(!statuses.includes('out-of-steps'));
        const worst = Math.max(...statuses.map((status) => bestFirst.indexOf(status)));
        expect(end()).toMatchObject({ statuses, status: bestFirst[worst] });
      }),
      { numRuns: 40, seed: 1 },
    );
  });
});

test('where f(z₀) is not finite the start is all there is, infinitely far off', () => {
  const { iterates, observe, end } = searchOf(1);
  observe([[NaN, NaN]]);
  iterates.advance(tf.tensor2d([[5]]));
  observe([[0, 1]]);
  expect(end()).toMatchObject({ values: [0], status: 'not-finite', residuals: [Infinity] });
});

describe('refused', () => {
  test.each([
    [{ maxSteps: 0 }, 'maxSteps is 0, expected an integer of 1 or more.'],
    [{ maxSteps: 1.5 }, 'maxSteps is 1.5, expected an integer of 1 or more.'],
    [{ tolerance: 0 }, 'tolerance is 0, expected a number above 0, such as 1e-3.'],
    [{ tolerance: Infinity }, 'tolerance is Infinity, expected a number above 0, such as 1e-3.'],
    [{ divergenceFactor: 1 }, 'divergenceFactor is 1, expected a number above 1.'],
    [{ divergenceFactor: NaN }, 'divergenceFactor is NaN, expected a number above 1.'],
  ])('%o', (limits, message) => {
    tf.tidy(() => {
      expect(() => searchOf(1, limits)).toThrow(new RangeError(message));
    });
  });

  test.each([
    ['float32', [1, 2, 3]],
    ['int32', [2, 3]],
  ] as const)('a start that is %s %j', (dtype, shape) => {
    tf.tidy(() => {
      const z0 = tf.zeros<tf.Rank>([...shape], dtype) as tf.Tensor2D;
      expect(() => new Iterates(z0, { maxSteps: 1, tolerance: 1 })).toThrow(
        new RangeError(`z0 is ${dtype} [${shape.join(', ')}], expected float32 [batch, size]; reshape it.`),
      );
    });
  });
});
