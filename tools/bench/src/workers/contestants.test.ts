import { expect, test } from 'vitest';
import { comparisonsOf, selectVariants, type Sizes } from './contestants.js';
import { sections } from './workload.js';

const sizes: Sizes = { width: 64, ringSize: 2_359_296, batchSize: 128, imageSize: 32, threads: 2 };
const namesOf = (comparisons: ReturnType<typeof comparisonsOf>): string[][] =>
  comparisons.map(({ contestants }) => contestants.map(({ name }) => name));

test('names are unique in a comparison, and each job differs from the next in nothing but its doer', () => {
  for (const { contestants } of sections.flatMap((section) => comparisonsOf(section, sizes))) {
    expect(new Set(contestants.map(({ name }) => name)).size).toBe(contestants.length);
    expect(new Set(contestants.map(({ workload }) => `${workload.task} ${workload.batchSize}`)).size).toBe(1);
  }
});

test('inference at batch 1 and at the batch of training, timed often enough to be seen', () => {
  const [one, many] = comparisonsOf('inference', sizes);
  expect([one?.divisor, one?.contestants[0]?.workload.repeats]).toEqual([1, 32]);
  expect([many?.divisor, many?.contestants[0]?.workload.repeats]).toEqual([128, 1]);
  expect(comparisonsOf('inference', { ...sizes, batchSize: 1 })).toHaveLength(1);
});

test('variants choose by words', () => {
  const steps = comparisonsOf('step', sizes);
  expect(namesOf(selectVariants(steps, ['float32/ring/eager', 'ours/plain/float32']))).toEqual([
    ['ours/plain/float32', 'torch/ring/float32/eager'],
  ]);
  expect(selectVariants(steps, [])).toEqual(steps);
});

test('variants that choose nothing are refused', () => {
  const steps = comparisonsOf('step', sizes);
  expect(() => selectVariants(steps, ['jax'])).toThrow(
    "--variants: no contestant has the word 'jax'. Words: bfloat16, compiled, eager, float32, ours, plain, ring, torch; " +
      "join some by '/'.",
  );
  expect(() => selectVariants(steps, ['ours/eager'])).toThrow('--variants ours/eager leaves no contestant');
});
