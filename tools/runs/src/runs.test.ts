import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareCommand } from './compare.js';
import { listOf } from './list.js';
import { findRuns } from './which-runs.js';

const parent = mkdtempSync(join(tmpdir(), 'runs-'));
const folder = join(parent, 'runs');
afterAll(() => {
  rmSync(parent, { recursive: true });
});

function put(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

function putRun(name: string, config: Record<string, unknown>, scores: Record<string, number>): void {
  const starts = [{ startedAt: '2026-03-04T05:06:07.000Z' }];
  put(`${name}/config.json`, JSON.stringify({ config, seed: 1, starts, changes: [], finishedStep: 20 }));
  const log = [
    { step: 10, wallTime: 0, loss: 2, valTop1: 0.25 },
    { step: 20, wallTime: 30, ...scores },
  ];
  put(`${name}/metrics.jsonl`, log.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

beforeAll(() => {
  putRun('classification/plain', { weights: 'independent', seed: 1, numWorkers: 1 }, { testTop1: 0.75, testLoss: 1 });
  putRun('classification/sweeps/s/ring-1', { weights: 'ring', seed: 1, numWorkers: 4 }, { testTop1: 0.5 });
  putRun('classification/sweeps/s/ring-2', { weights: 'ring', seed: 2, numWorkers: 4 }, { testTop1: 0.625 });
  putRun('pose/short', { stacks: { count: 2 } }, { loss: 1.5 });
  put('pose/broken/config.json', '{');
  put('classification/plain/checkpoints/config.json', 'no run: a run’s own folders are not looked into');
});
const quiet = (): void => undefined;

test('runs are found at any depth, and what is no run is told', async () => {
  const notes: string[] = [];
  const runs = await findRuns({ folder, only: [] }, (line) => notes.push(line));
  expect(listOf(runs).replaceAll(folder, 'runs').split('\n')).toEqual([
    'state     step  began             scores           folder',
    'finished  20    2026-03-04 05:06  testTop1 0.7500  runs/classification/plain',
    'finished  20    2026-03-04 05:06  testTop1 0.5000  runs/classification/sweeps/s/ring-1',
    'finished  20    2026-03-04 05:06  testTop1 0.6250  runs/classification/sweeps/s/ring-2',
    'finished  20    2026-03-04 05:06  valTop1 0.2500   runs/pose/short',
  ]);
  expect(notes).toEqual([expect.stringContaining(join('pose', 'broken', 'config.json'))]);
});

test('one folder may be that of a run; words choose among many', async () => {
  expect(await findRuns({ folder: join(folder, 'pose', 'short'), only: [] }, quiet)).toHaveLength(1);
  const chosen = await findRuns({ folder, only: ['ring', 'short'] }, quiet);
  expect(chosen.map((run) => run.folder.slice(folder.length + 1))).toEqual([
    join('classification', 'sweeps', 's', 'ring-1'),
    join('classification', 'sweeps', 's', 'ring-2'),
    join('pose', 'short'),
  ]);
});

test('no folder, no run and no such run are told apart', async () => {
  await expect(findRuns({ folder: join(folder, 'none'), only: [] }, quiet)).rejects.toThrow('Cannot look for runs in');
  const empty = join(parent, 'empty');
  mkdirSync(empty);
  await expect(findRuns({ folder: empty, only: [] }, quiet)).rejects.toThrow(`There is no run in ${empty}.`);
  await expect(findRuns({ folder, only: ['tiny'] }, quiet)).rejects.toThrow('None of the 4 runs');
});

test('a page by the settings in which they differ, with means over seeds', async () => {
  const page = join(parent, 'page');
  await compareCommand(['--folder', join(folder, 'classification'), '--page', page]);
  const html = readFileSync(join(page, 'report.html'), 'utf8');
  expect(html).toContain('0.5625 ± 0.088'); // of 0.5 and 0.625
  expect(readFileSync(join(page, 'runs.csv'), 'utf8').split('\r\n')).toEqual([
    'run,weights,seed,state,step,N,M,multiplyAdds,seconds,testTop1,testLoss',
    'plain,independent,1,finished,20,,,,30,0.75,1',
    'ring-1,ring,1,finished,20,,,,30,0.5,',
    'ring-2,ring,2,finished,20,,,,30,0.625,',
    '',
  ]);
});

test('the command writes where it is told', async () => {
  const page = join(parent, 'told');
  await compareCommand(['--folder', folder, '--only', 'ring', '--page', page]);
  expect(readFileSync(join(page, 'report.html'), 'utf8')).toContain('Runs side by side');
});
