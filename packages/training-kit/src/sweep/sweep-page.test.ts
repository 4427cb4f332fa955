import { expect, test } from 'vitest';
import type { ChartsSection, LineChart, TableSection } from '../report/content.js';
import { endMetrics, groupBySeed, measuredCurve, resultNames, spreadOf, type SweptRun } from './outcome.js';
import type { RunStatus } from './run-state.js';
import { sweepCsv, sweepPage } from './sweep-page.js';

function swept(values: Record<string, string>, status: RunStatus, testTop1?: number): SweptRun {
  const name = Object.values(values).join(',');
  const history = [
    { step: 5, wallTime: 0, metrics: { loss: 2, valTop1: 0.1 } },
    { step: 10, wallTime: 1, metrics: { loss: 1, valTop1: 0.5 } },
    ...(testTop1 === undefined ? [] : [{ step: 10, wallTime: 2, metrics: { testLoss: 3, testTop1, trainTop1: 0.9 } }]),
  ];
  const run = { name, folder: name, values: new Map(Object.entries(values)), config: {}, preset: undefined };
  const size = { ringSize: values.ringSize === '0.1' ? 100 : 500, numGenerated: 1000 };
  const cost = { multiplyAdds: 1e6, search: { multiplyAdds: 1e5, maxEvaluations: 3 } };
  return { run, size, cost, state: { status, step: 10, history } };
}
const axes = [
  { key: 'ringSize', flag: 'ring-size', values: ['0.1', '0.5'] },
  { key: 'seed', flag: 'seed', values: ['1', '2', '3'] },
];
const runs = [
  swept({ ringSize: '0.1', seed: '1' }, 'finished', 0.5),
  swept({ ringSize: '0.1', seed: '2' }, 'finished', 0.6),
  swept({ ringSize: '0.1', seed: '3' }, 'finished', 0.7),
  swept({ ringSize: '0.5', seed: '1' }, 'finished', 0.8),
  swept({ ringSize: '0.5', seed: '2' }, 'stopped', 0.1), // not at its end: no result
  {
    ...swept({ ringSize: '0.5', seed: '3' }, 'failed'),
    state: { status: 'failed', step: 0, reason: 'no "disk"', history: [] },
  },
] as const;

test('results are what a finished run logged at its last step, those of test first', () => {
  expect(Object.fromEntries(endMetrics(runs[0]))).toEqual({
    ...{ loss: 1, valTop1: 0.5 },
    ...{ testLoss: 3, testTop1: 0.5, trainTop1: 0.9 },
  });
  expect(endMetrics(runs[4]).size).toBe(0);
  expect(resultNames(runs)).toEqual(['testLoss', 'testTop1', 'trainTop1']);
});

test('points of measured curves are there to be drawn, and stand in no table', () => {
  const measured = runs.slice(0, 1).map((run) => ({ ...run, measured: { size: 7, 'histogram/0.05': 0.4 } }));
  expect(endMetrics(measured[0]!).get('histogram/0.05')).toBe(0.4);
  expect(resultNames(measured)).toEqual(['size', 'testLoss', 'testTop1', 'trainTop1']);
  expect(sweepCsv({ axes, runs: measured })).not.toContain('histogram');
});

test('a measured curve has its points in order of x, means over seeds', () => {
  const measured = [{ 'h/0.5': 1, 'h/0.25': 3, 'hh/1': 9, h: 9 }, { 'h/0.5': 2, 'h/10': 5 }, undefined];
  const [group] = groupBySeed(measured.map((found, i) => ({ ...runs[i]!, measured: found })));
  expect(measuredCurve(group!, 'h')).toEqual({ name: '0.1', x: [0.25, 0.5, 10], y: [3, 1.5, 5] });
  expect(measuredCurve(group!, 'g')).toBeUndefined();
});

test('mean and deviation over seeds, worked by hand', () => {
  const [small, large] = groupBySeed(runs);
  const spread = spreadOf(small!, 'testTop1')!;
  expect(spread.count).toBe(3);
  expect(spread.mean).toBeCloseTo(0.6, 12);
  expect(spread.deviation).toBeCloseTo(0.1, 12); // √((0.01 + 0 + 0.01) / 2)
  expect(spreadOf(large!, 'testTop1')).toEqual({ mean: 0.8, deviation: undefined, count: 1 });
  expect(spreadOf(large!, 'testPckh')).toBeUndefined();
});

test('the page has a row a setting, a chart an axis of numbers, and all runs', () => {
  const page = sweepPage({ title: 'Sweep', axes, runs });
  expect(page.subtitle).toBe('ring-size 0.1, 0.5; seed 1, 2, 3');
  expect(page.summary).toEqual([{ label: 'Finished', value: '4 of 6', note: '1 stopped, 1 failed' }]);
  expect(page.sections.map(({ kind, title }) => `${kind}: ${title}`)).toEqual([
    'table: What came out',
    'charts: By size',
    'charts: By setting',
    'charts: Curves',
    'table: Runs',
  ]);
  const table = page.sections[0] as TableSection;
  expect(table.rows).toEqual([
    ['0.1', 100, '1M + up to 3 × 100k', '3.000 ± 0.0', '0.6000 ± 0.10', '0.9000 ± 0.0', 3],
    ['0.5', 500, '1M + up to 3 × 100k', '3.000', '0.8000', '0.9000', 1],
  ]);
});

test('curves are means over seeds, at the steps that all seeds have reached', () => {
  const stopped = swept({ ringSize: '0.5', seed: '2' }, 'stopped');
  const early = { ...stopped, state: { ...stopped.state, history: stopped.state.history.slice(0, 1) } };
  const page = sweepPage({ title: 'Sweep', axes, runs: [...runs.slice(0, 4), early] });
  const { charts } = page.sections[3] as ChartsSection;
  expect(charts.map(({ title }) => title)).toEqual(['loss', 'valTop1']);
  expect((charts[1] as LineChart).series).toEqual([
    { name: '0.1', x: [5, 10], y: [expect.closeTo(0.1, 12), 0.5] },
    { name: '0.5', x: [5], y: [0.1] },
  ]);
});

test('the table for other programs: one line a run, quoted where it has to be', () => {
  const lines = sweepCsv({ axes, runs }).split('\r\n');
  expect(lines[0]).toBe('run,ring-size,seed,state,step,N,M,multiplyAdds,seconds,testLoss,testTop1,trainTop1');
  expect(lines[1]).toBe('"0.1,1",0.1,1,finished,10,100,1000,1300000,2,3,0.5,0.9');
  expect(lines[6]).toBe('"0.5,3",0.5,3,failed,0,500,1000,1300000,,,,');
  expect(lines).toHaveLength(8);
});
