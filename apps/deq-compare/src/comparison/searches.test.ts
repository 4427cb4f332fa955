import type { ChartsSection, TableSection } from 'training-kit/report';
import { expect, test } from 'vitest';
import { madeMember } from '../../test/finished-members.js';
import { comparisonSchema } from './config.js';
import { searches } from './searches.js';

const history = [
  { step: 1, wallTime: 0, metrics: { loss: 2 } }, // unrolled: no search
  {
    step: 2,
    wallTime: 0,
    metrics: { forwardSteps: 18, forwardResidual: 0.1, backwardSteps: 20, backwardResidual: 0.3 },
  },
  { step: 4, wallTime: 0, metrics: { forwardSteps: 12, forwardResidual: 0.05 } },
];

test('nothing where no member searches', () => {
  expect(searches([madeMember('rpg2'), madeMember('shared2')])).toEqual([]);
  expect(searches([])).toEqual([]);
});

test('curves of members that search: forward, and backward dashed; on test the residual of each evaluation', () => {
  const [charts] = searches([madeMember('rpg2'), madeMember('mdeq', { history })]) as [ChartsSection, TableSection];
  expect(charts).toMatchObject({ kind: 'charts', title: 'Fixed points' });
  expect(charts.charts.map(({ title }) => title)).toEqual([
    'Evaluations of the block in a search',
    'Residual at the end of a search',
    'Residual over the steps of a search, on test',
  ]);
  // two steps an epoch
  const forward = { name: 'MDEQ, forward', x: [1, 2] };
  const backward = { name: 'MDEQ, backward', x: [1], isDashed: true };
  expect(charts.charts.map((chart) => chart.kind === 'lines' && chart.series)).toEqual([
    [
      { ...forward, y: [18, 12] },
      { ...backward, y: [20] },
    ],
    [
      { ...forward, y: [0.1, 0.05] },
      { ...backward, y: [0.3] },
    ],
    [{ name: 'MDEQ', x: [1, 2, 3], y: [0.5, 0.1, 0.02] }],
  ]);
});

test('the axis of steps ends a little above the most that a search may take', () => {
  const config = comparisonSchema.parse({ forwardSteps: 6, backwardSteps: 9 });
  const [charts] = searches([madeMember('mdeq', { config })]) as [ChartsSection, TableSection];
  expect(charts.charts[0]).toMatchObject({ y: { label: 'steps', range: [0, 11] } });
});

test('searches on test in numbers, a row for each member that searches', () => {
  const [, table] = searches([madeMember('mdeq'), madeMember('rpg3')]) as [ChartsSection, TableSection];
  expect(table.title).toBe('Searches on test');
  expect(table.columns.map(({ name }) => name)).toEqual([
    ...['network', 'steps', 'mean residual', 'unsolved', 'ran away', 'met NaN', 'forgot its history'],
  ]);
  expect(table.rows).toEqual([['MDEQ (implicit, broyden)', '17.5', '1.2e-2', '25.0 %', 3, 2, 1]]);
});
