import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { printedLines, toySpec, type ToyTrain } from '../../test/toy-training.js';
import { lockFolder } from '../run/folder-lock.js';
import { runSweepCommand } from './sweep-command.js';

const parent = mkdtempSync(join(tmpdir(), 'sweep-command-'));
afterAll(() => {
  rmSync(parent, { recursive: true });
});
const lines = printedLines();
afterEach(() => {
  process.exitCode = undefined;
});

/** Logs the rate as its result. */
const toy: ToyTrain = async ({ rate }, { run }) => {
  await run.resume();
  run.log(1, { loss: 1, testScore: rate });
  return { isFinished: true, step: 1 };
};

async function sweep(name: string, words: string, train: ToyTrain = toy): Promise<void> {
  const flags = ['--runs-folder', join(parent, name), '--device', 'cpu'];
  await runSweepCommand(toySpec(train), [...words.split(' '), ...flags]);
}
const csv = (name: string): string[] =>
  readFileSync(join(parent, name, 'runs.csv'), 'utf8')
    .trim()
    .split('\r\n');

test('makes every run once; more values add to what is there', async () => {
  const rates: number[] = [];
  const train: ToyTrain = (config, context) => {
    rates.push(config.rate);
    return toy(config, context);
  };
  await sweep('a', '--rate 0.1,0.2 --seed 1..2', train);
  expect(rates).toEqual([0.1, 0.1, 0.2, 0.2]);
  await sweep('a', '--rate 0.1,0.2,0.4 --seed 1..2', train);
  expect(rates.slice(4)).toEqual([0.4, 0.4]);
  expect(csv('a')[1]).toBe('"rate=0.1,seed=1",0.1,1,finished,1,100,2000,100000,,0.1');
  expect(csv('a')).toHaveLength(7);
  expect(existsSync(join(parent, 'a', 'report.html'))).toBe(true);
});

test('lists what it would do, and tells how far it is, without training', async () => {
  await sweep('b', '--rate 0.1,0.2 --dry-run');
  expect(lines.join('\n')).toBe(
    [
      'state    step    N      M  multiply-adds  time  run',
      'waiting     0  100  2,000           100k     -  rate=0.1',
      'waiting     0  200  2,000           200k     -  rate=0.2',
      '0 of 2 finished. How long the others take is told once one is finished.',
    ].join('\n'),
  );
  expect(existsSync(join(parent, 'b'))).toBe(false);
  lines.length = 0;
  await sweep('a', '--rate 0.1,0.3 --seed 1 --status').catch(() => undefined);
  await sweep('a', '--rate 0.1,0.3 --seed 1,2 --status');
  expect(lines.join('\n')).toContain('finished     1  100  2,000           100k     -  rate=0.1,seed=1\n');
  expect(lines.join('\n')).toContain('2 of 4 finished.');
});

test('a run that fails ends the command with an error, once the others are made; the next call tries it again', async () => {
  const train: ToyTrain = (config, context) => {
    if (config.rate === 0.2) throw new RangeError('The loss is NaN.');
    return toy(config, context);
  };
  await expect(sweep('c', '--rate 0.1,0.2,0.3', train)).rejects.toThrow(
    `1 of 3 runs failed; the page says why. Go on with: npx nx run pose:sweep -- --rate 0.1,0.2,0.3 --runs-folder ${join(parent, 'c')} --device cpu`,
  );
  await sweep('c', '--rate 0.1,0.2,0.3');
  expect(
    csv('c')
      .slice(1)
      .map((line) => line.split(',')[2]),
  ).toEqual(['finished', 'finished', 'finished']);
});

test('an interrupt ends it with the line that goes on', async () => {
  const said = vi.spyOn(process.stdout, 'write');
  const train: ToyTrain = async (config, { run }) => {
    await run.resume();
    run.log(1, { loss: 1 });
    return { isFinished: config.seed !== 2, step: 1 };
  };
  await sweep('d', '--seed 1..3', train);
  expect(said.mock.calls.flat().join('')).toContain(
    'Stopped after step 1. Go on with: npx nx run pose:sweep -- --seed 1..3',
  );
  expect(process.exitCode).toBe(130);
  expect(existsSync(join(parent, 'd', 'seed=3'))).toBe(false);
});

test('a run that another process has is left to it', async () => {
  await sweep('e', '--seed 1..2 --shard 1/2');
  const lock = lockFolder(join(parent, 'e', 'seed=1'));
  await sweep('e', '--seed 1..2');
  lock.release();
  expect(lines).toContain('1 of the runs are being made by other processes.');
});

test.each([
  {
    words: '--rate 0.3 --seed 1,2',
    text: /holds a run seed=1 with other settings: rate was 0\.1, is 0\.3\. Name another/,
  },
  { words: '--seed 1,2 --dry-run --status', text: '--dry-run and --status are both given; give one of them.' },
  { words: '--seed 1,2 --shard 3/2', text: '--shard 3/2 is no share, expected K/N with K from 1 to N, such as 2/4.' },
  {
    words: '--seed 1,2 --name ../x',
    text: '--name ../x is no name of a folder, expected letters, digits, dots and dashes, such as ring-sizes.',
  },
])('$words is refused', async ({ words, text }) => {
  await expect(sweep('e', words)).rejects.toThrow(text);
});
