// Pictures and tables of the experiments that look inside trained rings.
import type { Experiment, SweptRun } from 'training-kit/commands';
import { expect, test } from 'vitest';
import { featureSimilarity } from './feature-similarity.js';
import { filtersOrthogonal } from './filters-orthogonal.js';
import { security } from './security.js';

function measuredRun(ringSize: string, seed: string, measured?: Record<string, number>): SweptRun {
  const values = new Map(Object.entries({ variant: 'ring', ringSize, seed }));
  return {
    run: { name: `ring,${ringSize},${seed}`, folder: '', values },
    state: { status: 'finished', step: 1, history: [] },
    size: { ringSize: 1, numGenerated: 1 },
    measured,
  };
}

test.each<[string, Experiment]>([
  ['feature similarity', featureSimilarity],
  ['filters', filtersOrthogonal],
  ['security', security],
])('%s: nothing is shown before something was measured', (_, { outcome }) => {
  expect(outcome!([measuredRun('0.1', '1')])).toEqual([]);
});

test('histograms on top of each other, means over seeds', () => {
  const [section] = featureSimilarity.outcome!([
    measuredRun('0.1', '1', { 'similarity/0.025': 0.8, 'similarity/0.075': 0.2 }),
    measuredRun('0.1', '2', { 'similarity/0.025': 0.5, 'similarity/0.075': 0.5 }),
    measuredRun('0.5', '1', { 'similarity/0.025': 1, 'similarity/0.075': 0 }),
  ]);
  expect(section).toMatchObject({
    charts: [
      {
        series: [
          { name: 'ring, 0.1', x: [0.025, 0.075], y: [0.65, 0.35] },
          { name: 'ring, 0.5', x: [0.025, 0.075], y: [1, 0] },
        ],
      },
    ],
  });
});

test('a row a filter size, with the standard errors of all seeds’ pairs', () => {
  const measured = (trainedCosine: number) => ({
    'trainedPairs/4': 200,
    'startCosine/4': 0,
    'trainedCosine/4': trainedCosine,
    'startSquaredCosineTimesM/4': 1,
    'trainedSquaredCosineTimesM/4': 1.5,
  });
  const [table] = filtersOrthogonal.outcome!([
    measuredRun('0.1', '1', measured(0.02)),
    measuredRun('0.1', '2', measured(0.04)),
    measuredRun('0.1', '3'),
  ]);
  // 400 pairs: 1/√(4 · 400) = 0.025, √(2/400) = 0.0707
  const row = ['ring, 0.1', 4, 400, '0.0000 ± 0.0250', '0.0300 ± 0.0250', '1.0000 ± 0.0707', '1.5000 ± 0.0707'];
  expect(table).toMatchObject({ rows: [row] });
});

test('what knowledge is worth, and thieves side by side', () => {
  const thieves = { stolenTop1: 0.3, stolenButRingTop1: 0.2, fromNothingTop1: 0.1 };
  const [charts, table] = security.outcome!([
    measuredRun('0.1', '1', { chance: 0.01, 'known/1': 0.6, 'known/0': 0.01, 'known/0.5': 0.05, ...thieves }),
  ]);
  expect(charts).toMatchObject({
    charts: [
      { series: [{ name: 'ring, 0.1', x: [0, 0.5, 1] }], references: [{ label: 'chance', value: 0.01 }] },
      {
        bars: [
          { label: 'ring, 0.1', value: 0.3, group: 'with all numbers' },
          { label: 'ring, 0.1', value: 0.2, group: 'with all but the ring' },
          { label: 'ring, 0.1', value: 0.1, group: 'from nothing' },
        ],
      },
    ],
  });
  expect(table).toMatchObject({
    columns: [{ name: 'settings' }, { name: '0 %' }, { name: '50 %' }, { name: '100 %' }],
    rows: [['ring, 0.1', 0.01, 0.05, 0.6]],
  });
});
