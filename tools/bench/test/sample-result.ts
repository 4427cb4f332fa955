// A result as a run would leave it: one table of four contestants.
import type { Measurement } from '../src/measure.js';
import { type BenchResult, tableOf } from '../src/results/result.js';
import { type Sizes, stepComparison } from '../src/workers/contestants.js';

export const sizes: Sizes = { width: 8, ringSize: 1000, batchSize: 8, imageSize: 32, threads: 1 };
export const comparison = stepComparison(sizes, 'float32');

/** Each contestant takes 2, 4 and 6 times `factor` ms. */
export function measurement(name: string, factor: number, values = [4.6, 4.5]): Measurement {
  const contestant = comparison.contestants.find((each) => each.name === name)!;
  const times = [2, 4, 6].map((time) => factor * time);
  return { contestant, times, values, numParameters: 27_916, peakRssBytes: 3e8, facts: { threads: 1 } };
}

export const measurements = [
  measurement('ours/plain/float32', 1),
  measurement('ours/ring/float32', 1.5),
  measurement('torch/plain/float32/eager', 2),
  measurement('torch/ring/float32/eager', 6),
];
export const table = tableOf(comparison, measurements);

export const result: BenchResult = {
  startedAt: '2026-01-31T10:00:00.000Z',
  command: 'npx nx run bench:compare -- --only step',
  git: { commit: '0123456789abcdef', isDirty: false },
  system: { cpu: 'Some CPU', numCores: 2, memoryBytes: 8 * 2 ** 30, os: 'Linux 6.1 x64', node: '20.19.0' },
  loadAtStart: 0.05,
  sizes: { M: 174_400, N: 1000 },
  facts: { ours: { tensorflow: '2.21.0', threads: 1 }, torch: { torch: '2.15.0', threads: 1 } },
  tables: [table],
  curves: [],
  leftOut: [],
  isComplete: true,
};
