import { expect, test } from 'vitest';
import { secondsTrained, type SweptRun } from './outcome.js';
import { runList } from './run-list.js';
import type { RunStatus } from './run-state.js';

/** A run that logged at these seconds. */
function logged(name: string, status: RunStatus, times: readonly number[]): SweptRun {
  const history = times.map((wallTime, i) => ({ step: i + 1, wallTime, metrics: { loss: 1 } }));
  return {
    run: { name, folder: name, values: new Map() },
    state: { status, step: history.length, history },
    size: { ringSize: 1500, numGenerated: 20_000 },
    cost: { multiplyAdds: 36_864 },
  };
}

test('a gap in which a run stood still does not count as training', () => {
  expect(secondsTrained(logged('a', 'stopped', []))).toBeUndefined();
  expect(secondsTrained(logged('a', 'stopped', [5]))).toBeUndefined();
  expect(secondsTrained(logged('a', 'finished', [0, 1, 2, 3, 63, 64]))).toBe(64); // a minute's evaluation
  expect(secondsTrained(logged('a', 'finished', [0, 1, 2, 36_002, 36_003]))).toBe(4); // a night, counted as a step
  expect(secondsTrained(logged('a', 'finished', [0, 2000, 4000]))).toBe(4000); // steps may be as long as that
});

test('a line a run, and how long the others take', () => {
  const runs = [
    logged('seed=1', 'finished', [0, 30]),
    logged('seed=2', 'finished', [0, 60, 90]),
    logged('seed=3', 'running', [0]),
    logged('seed=4', 'waiting', []),
  ];
  expect(runList(runs).split('\n')).toEqual([
    'state     step      N       M  multiply-adds        time  run',
    'finished     2  1,500  20,000          36.9k        30 s  seed=1',
    'finished     3  1,500  20,000          36.9k  1 min 30 s  seed=2',
    'running      1  1,500  20,000          36.9k           -  seed=3',
    'waiting      0  1,500  20,000          36.9k           -  seed=4',
    '2 of 4 finished. About 2 min for the others, as those that are finished took one after the other.',
  ]);
  expect(runList(runs.slice(0, 2)).split('\n').at(-1)).toBe('2 of 2 finished.');
});
