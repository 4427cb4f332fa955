import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, expect, test, vi } from 'vitest';
import { contextOf, folderOfTests, tiny } from '../../test/tiny-settings.js';
import { compare } from './compare.js';
import { comparisonSchema } from './config.js';

const folder = folderOfTests();
beforeAll(async () => {
  await loadBackend({});
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true); // members tell their progress
});

const config = comparisonSchema.parse({
  ...tiny,
  numEpochs: 1,
  members: ['mdeq', 'rpg2', 'shared2'],
  timedBatchSizes: [1, 3],
  timedRounds: 2,
});
const run = join(folder, 'run');
const logOf = (member: string): string => readFileSync(join(run, member, 'log.txt'), 'utf8');

test('three networks are trained alike, timed, and set side by side', async () => {
  const end = await compare(config, await contextOf(run, config));
  expect(end).toMatchObject({ isFinished: true, step: 9 });
  expect(end.members.map(({ name, result: { solves, step } }) => [name, solves === null, step])).toEqual([
    ['mdeq', false, 3],
    ['rpg2', true, 3],
    ['shared2', true, 3],
  ]);
  const [mdeq, rpg, shared] = end.members.map(({ result }) => result.parameters);
  expect([rpg!.ring, shared!.ring]).toEqual([mdeq!.ring, mdeq!.ring]);
  expect(rpg!.generated).toBe(2 * mdeq!.generated);

  const report = readFileSync(join(run, 'report.html'), 'utf8');
  for (const said of [
    'Equilibrium model and repeated blocks on rendered shapes',
    'Accuracy against parameters',
    'Residual over the steps of a search, on test',
    'Evaluations of the block in a search',
    'MDEQ (implicit, broyden)',
    'RPG, 2× MS block',
    '2× MS block, weights shared',
    'RPG, 4× MS block', // of the paper alone
    '15 to 25 times',
    '85.1 %',
    '65.7 %',
    '3.15',
    'ms an image, batch 3, ours',
  ]) {
    expect(report).toContain(said);
  }
});

test('resumed, a finished member stays as it is; one that is missing is trained; more may be asked for', async () => {
  const before = readFileSync(join(run, 'mdeq', 'metrics.jsonl'), 'utf8');
  rmSync(join(run, 'rpg2'), { recursive: true });
  rmSync(join(run, 'report.html'));
  const numTensors = tf.memory().numTensors;
  const end = await compare({ ...config, timedRounds: 1 }, await contextOf(run, config, { resume: true }));
  expect(tf.memory().numTensors).toBe(numTensors);
  expect(end.isFinished).toBe(true);
  expect(readFileSync(join(run, 'mdeq', 'metrics.jsonl'), 'utf8')).toBe(before);
  expect(logOf('mdeq')).toContain('Was trained before; taken as it is.');
  expect(logOf('rpg2')).not.toContain('taken as it is');
  expect(existsSync(join(run, 'report.html'))).toBe(true);
});

test('interrupted, it says so and goes on with the member that was not finished', async () => {
  const parts = join(folder, 'parts');
  const two = comparisonSchema.parse({ ...config, members: ['rpg2', 'rpg1'], timedRounds: 1 });
  const asked = await contextOf(parts, two);
  const interrupt = { isRequested: () => existsSync(join(parts, 'rpg2', 'metrics.jsonl')) }; // after its first step
  expect(await compare(two, { ...asked, interrupt })).toMatchObject({ isFinished: false, members: [] });
  expect(existsSync(join(parts, 'report.html'))).toBe(false);
  const end = await compare(two, await contextOf(parts, two, { resume: true }));
  expect(end).toMatchObject({ isFinished: true, step: 6 });
  expect(readFileSync(join(parts, 'rpg2', 'log.txt'), 'utf8')).toMatch(/Resumed from step [12]\./);
});

test('a member trained with other settings is refused', async () => {
  const other = { ...config, learningRate: 0.5 };
  await expect(compare(other, await contextOf(run, config, { resume: true }))).rejects.toThrow(
    /the settings differ from those it was started with\.\n {2}learningRate: was 0\.001, is 0\.5\n/,
  );
});
