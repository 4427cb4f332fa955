import { expect, test } from 'vitest';
import type { ChartsSection, ScatterChart } from '../report/content.js';
import type { SweptRun } from './outcome.js';
import { scoreBySize } from './score-by-size.js';

function scored(values: Record<string, string>, ringSize: number, metrics: Record<string, number>): SweptRun {
  const name = Object.values(values).join(',');
  return {
    run: { name, folder: name, values: new Map(Object.entries(values)) },
    state: { status: 'finished', step: 1, history: [{ step: 1, wallTime: 0, metrics }] },
    size: { ringSize, numGenerated: 1000 },
  };
}
function pointsOf(runs: readonly SweptRun[]): ScatterChart['points'] {
  const [section] = scoreBySize(runs);
  return ((section as ChartsSection).charts[0] as ScatterChart).points;
}

test('means over seeds against N, a line a setting, and those that no smaller one beats', () => {
  const runs = [
    scored({ weights: 'ring', ringSize: '0.1', seed: '1' }, 100, { testTop1: 0.25 }),
    scored({ weights: 'ring', ringSize: '0.1', seed: '2' }, 100, { testTop1: 0.75 }),
    scored({ weights: 'ring', ringSize: '0.5' }, 500, { testTop1: 0.8 }),
    scored({ weights: 'independent', width: '4' }, 300, { testTop1: 0.45 }),
    scored({ weights: 'independent', width: '8' }, 1000, { testTop1: 0.9 }),
  ];
  const front = 'no smaller one is better';
  expect(pointsOf(runs)).toEqual([
    { x: 100, y: 0.5, group: 'ring' },
    { x: 500, y: 0.8, group: 'ring' },
    { x: 300, y: 0.45, group: 'independent' },
    { x: 1000, y: 0.9, group: 'independent' },
    { x: 100, y: 0.5, group: front },
    { x: 500, y: 0.8, group: front },
    { x: 1000, y: 0.9, group: front },
  ]);
});

test('errors are better where they are lower', () => {
  const runs = [
    scored({ ringSize: '0.1' }, 100, { testDepthRmse: 0.7 }),
    scored({ ringSize: '0.5' }, 500, { testDepthRmse: 0.6 }),
    scored({ ringSize: '1' }, 1000, { testDepthRmse: 0.8 }),
  ];
  expect(
    pointsOf(runs)
      .slice(3)
      .map(({ x }) => x),
  ).toEqual([100, 500]);
});

test('there is nothing to show for one size, or without scores', () => {
  expect(scoreBySize([scored({ seed: '1' }, 100, { testTop1: 0.5 })])).toEqual([]);
  expect(
    scoreBySize([scored({ seed: '1' }, 100, { testLoss: 2 }), scored({ seed: '2' }, 200, { testLoss: 2 })]),
  ).toEqual([]);
});
