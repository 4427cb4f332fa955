import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from 'rpg-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, describe, expect, test } from 'vitest';
import { sizeOf } from '../../test/layer-weights.js';
import { distance, gradientsOf } from '../../test/loss-gradients.js';
import { expectClose, read } from '../../test/numbers.js';
import { longUnroll, mdeqVariant, smallBatch, smallMdeq } from '../../test/small-networks.js';
import { broyden } from '../solvers/broyden.js';
import type { SolveReport } from '../solvers/solver.js';
import { mdeq, mdeqSizes } from './mdeq.js';
import type { ApplyOptions } from './model.js';

beforeAll(async () => {
  await loadBackend({});
});

// The layers' arithmetic; the public code's models have 159 k, 177 k, 11.10 M and 11.25 M.
test.each([
  { size: 'tiny', numClasses: 10, total: 158_986 },
  { size: 'tiny', numClasses: 100, total: 177_076 },
  { size: 'large', numClasses: 10, total: 11_098_398 },
  { size: 'large', numClasses: 100, total: 11_249_688 },
] as const)('$size, $numClasses classes: $total parameters', ({ size, numClasses, total }) => {
  const { slots } = mdeq({ ...mdeqSizes[size], numClasses });
  expect(sizeOf(slots)).toBe(total);
});

test('sizes that give no network are refused', () => {
  expect(() => mdeq({ ...smallMdeq, channels: [4, 4] })).toThrow(/^channels is \[4, 4\], expected/);
});

const { images } = smallBatch();

describe('when the block is unrolled and when it is solved', () => {
  const countSearches = (options: ApplyOptions): number => {
    const { model, source } = mdeqVariant({ pretrainSteps: 10 });
    let count = 0;
    model.apply(source.generate(), images, { ...options, onSolve: () => count++ }).dispose();
    return count;
  };

  test.each([
    { isTraining: true, step: 0, searches: 0 },
    { isTraining: true, step: 9, searches: 0 },
    { isTraining: true, step: 10, searches: 1 },
    { isTraining: true, step: undefined, searches: 1 },
    { isTraining: false, step: 0, searches: 1 },
  ])('training $isTraining, step $step: $searches searches', ({ isTraining, step, searches }) => {
    expect(countSearches({ isTraining, ...(step === undefined ? {} : { step }) })).toBe(searches);
  });

  test('both searches are reported, and a failing one is an error without anyone to report to', () => {
    const backward = { solver: broyden(), limits: { maxSteps: 1, tolerance: 1e-6 } };
    const { source, loss } = mdeqVariant({ differentiation: { kind: 'implicit', backward } });
    const reports: [string, SolveReport['status']][] = [];
    gradientsOf(source, () => loss({ onSolve: (direction, { status }) => reports.push([direction, status]) }));
    expect(reports).toEqual([
      ['forward', 'converged'],
      ['backward', 'out-of-steps'],
    ]);
    expect(() => gradientsOf(source, () => loss())).toThrow('No fixed point: broyden ran out of steps');
  });
});

describe('dropout', () => {
  const dropping = { dropoutRate: 0.25 };

  test('has the same masks at every step of a search: the residual falls to the tolerance', () => {
    const { loss } = mdeqVariant({}, dropping);
    const reports: SolveReport[] = [];
    const rng = createRng('step');
    const value = loss({ rng, onSolve: (_, report) => reports.push(report) });
    expect(reports.map(({ status }) => status)).toEqual(['converged']);
    expect(read(loss({ rng: createRng('step') }))).toEqual(read(value));
    expect(read(loss({ rng: createRng('next') }))).not.toEqual(read(value));
  });

  test('gradients go through the same masks', () => {
    const solved = mdeqVariant({}, dropping);
    const unrolled = mdeqVariant(longUnroll, dropping);
    const found = gradientsOf(solved.source, () => solved.loss({ rng: createRng('step') }));
    const expected = gradientsOf(unrolled.source, () => unrolled.loss({ rng: createRng('step'), step: 0 }));
    expect(distance(found, expected)).toBeLessThan(1e-3);
  });

  test('is for training alone, which needs a stream for it', () => {
    const { model, source, loss } = mdeqVariant({}, dropping);
    expect(() => loss()).toThrow('apply: training with dropout needs rng; pass a fork of this step');
    const weights = source.generate();
    const [first, second] = [1, 2].map((seed) =>
      read(model.apply(weights, images, { isTraining: false, rng: createRng(seed) })),
    );
    expect(second).toEqual(first);
  });
});

test('an image’s answer does not depend on the others of its batch', () => {
  const { model, source } = mdeqVariant();
  const weights = source.generate();
  const all = read(model.apply(weights, images, { isTraining: false }));
  const one = tf.slice4d(images, [1, 0, 0, 0], [1, 4, 4, 3]);
  expectClose(read(model.apply(weights, one, { isTraining: false })), all.slice(3, 6), 1e-4);
});

test('images whose sides cannot be halved are refused', () => {
  const { model, source } = mdeqVariant();
  expect(() => model.apply(source.generate(), tf.zeros([1, 4, 5, 3]), { isTraining: false })).toThrow(
    new RangeError('Images are 4×5, expected multiples of 2: 2 branches halve the map 1 times.'),
  );
});

test.each([
  ['implicit', {}],
  ['phantom', { differentiation: { kind: 'phantom', numSteps: 2, damping: 0.5 } }],
  ['unrolled', { pretrainSteps: Infinity, numUnrolled: 2 }],
] as const)('%s: a training step and an evaluation keep no tensors', (_, changes) => {
  const { model, source, loss } = mdeqVariant(changes, { dropoutRate: 0.25 });
  const weights = source.generate();
  const run = (): void => {
    gradientsOf(source, () => loss({ rng: createRng(1), step: 0 }));
    model.apply(weights, images, { isTraining: false }).dispose();
  };
  run();
  const before = tf.memory().numTensors;
  run();
  expect(tf.memory().numTensors).toBe(before);
});

test('a search that fails keeps no tensors either', () => {
  const limits = { maxSteps: 1, tolerance: 1e-6 };
  const { model, source } = mdeqVariant({ forward: { solver: broyden(), limits } });
  const weights = source.generate();
  const before = tf.memory().numTensors;
  expect(() => model.apply(weights, images, { isTraining: false })).toThrow('No fixed point');
  expect(tf.memory().numTensors).toBe(before);
});
