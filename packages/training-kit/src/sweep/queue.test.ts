import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DataError } from '../errors.js';
import type { PlannedRun } from './planned-run.js';
import { runQueue, shardOf } from './queue.js';
import type { RunStatus } from './run-state.js';

const parent = mkdtempSync(join(tmpdir(), 'queue-'));
afterAll(() => {
  rmSync(parent, { recursive: true });
});

const runs = ['a', 'b', 'c', 'd'].map((name): PlannedRun<object> => {
  const folder = join(parent, name);
  mkdirSync(folder);
  return { name, folder, values: new Map(), config: {}, preset: undefined, words: [] };
});

/** Runs the queue with runs in these states. @param onTrain what training a run does: end, stop, or throw */
async function queueOf(
  states: RunStatus[],
  onTrain: (name: string, at: Map<string, RunStatus>) => boolean = () => true,
) {
  const at = new Map(runs.map(({ name }, i) => [name, states[i]!]));
  const trained: string[] = [];
  const end = await runQueue({
    runs,
    stateOf: ({ name }) => Promise.resolve({ status: at.get(name)!, step: 0, history: [] }),
    train: async ({ name }, isBegun) => {
      trained.push(isBegun ? `${name} again` : name);
      await Promise.resolve();
      return { isFinished: onTrain(name, at) };
    },
    note: () => undefined,
  });
  return { trained, end };
}
const none = { isInterrupted: false, numTrained: 0, numFailed: 0, numElsewhere: 0 };

test('what is finished stays, what another process has is left to it, what was begun goes on', async () => {
  const { trained, end } = await queueOf(['finished', 'running', 'stopped', 'waiting']);
  expect(trained).toEqual(['c again', 'd']);
  expect(end).toEqual({ ...none, numTrained: 2, numElsewhere: 1 });
});

test('one that fails is noted in its folder, and the next ones are made; tried again, the note goes', async () => {
  const { trained, end } = await queueOf(['waiting', 'waiting', 'waiting', 'finished'], (name) => {
    if (name === 'b') throw new RangeError('The loss is NaN.');
    return true;
  });
  expect(trained).toEqual(['a', 'b', 'c']);
  expect(end).toEqual({ ...none, numTrained: 2, numFailed: 1 });
  const failure = join(parent, 'b', 'failure.txt');
  expect(readFileSync(failure, 'utf8')).toBe('The loss is NaN.\n');
  expect((await queueOf(['finished', 'failed', 'finished', 'finished'])).trained).toEqual(['b again']);
  expect(existsSync(failure)).toBe(false);
});

test('an interrupt ends the queue', async () => {
  const { trained, end } = await queueOf(['waiting', 'waiting', 'waiting', 'waiting'], (name) => name !== 'b');
  expect(trained).toEqual(['a', 'b']);
  expect(end).toEqual({ ...none, isInterrupted: true, numTrained: 1 });
});

test('a run that another process took in the same moment is no failure', async () => {
  const { end } = await queueOf(['waiting', 'finished', 'finished', 'finished'], (name, at) => {
    at.set(name, 'running');
    throw new DataError(name, 'The run folder is in use.');
  });
  expect(end).toEqual({ ...none, numElsewhere: 1 });
});

test('shards are disjoint, and together all runs', () => {
  const all = Array.from({ length: 11 }, (_, i) => i);
  const shards = [1, 2, 3].map((k) => shardOf(all, `${k}/3`));
  expect(shards[1]).toEqual([1, 4, 7, 10]);
  expect(shards.flat().sort((a, b) => a - b)).toEqual(all);
  for (const wrong of ['0/3', '4/3', '2', 'a/b', '1/0', '-1/2', '1/2/3']) {
    expect(() => shardOf(all, wrong)).toThrow(
      new RangeError(`--shard ${wrong} is no share, expected K/N with K from 1 to N, such as 2/4.`),
    );
  }
});
