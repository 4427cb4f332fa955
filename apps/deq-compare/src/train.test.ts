import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadBackend } from 'tensorflow-runtime';
import { latestCheckpoint } from 'training-kit';
import { beforeAll, describe, expect, test } from 'vitest';
import { contextOf, folderOfTests, tiny } from '../test/tiny-settings.js';
import { configSchema, type DeqConfig, type DeqSettings } from './config.js';
import { train, type TrainingEnd } from './train.js';

const folder = folderOfTests();
beforeAll(async () => {
  await loadBackend({});
});

const configOf = (settings: DeqSettings): DeqConfig => configSchema.parse({ ...tiny, ...settings });

async function runTraining(
  name: string,
  config: DeqConfig,
  options: { stopAt?: number; resume?: boolean } = {},
): Promise<TrainingEnd> {
  return train(config, await contextOf(join(folder, name), config, options));
}

const timesAndMemory = new Set(['wallTime', 'stepMs', 'waitMs', 'rssMB', 'numTensors']);

/** Logged lines without what no two runs have in common. */
function logged(name: string): Record<string, number>[] {
  const lines = readFileSync(join(folder, name, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const entries = Object.entries(JSON.parse(line) as Record<string, number>);
    return Object.fromEntries(entries.filter(([key]) => !timesAndMemory.has(key)));
  });
}

describe.each<{ name: string; settings: DeqSettings }>([
  { name: 'mdeq', settings: { network: 'mdeq' } },
  { name: 'rpg', settings: { network: 'rpg', numBlocks: 2 } },
])('$name', ({ name, settings }) => {
  const config = configOf(settings);

  test('a run ends with metrics and a report; stopped and resumed it gives the same bits', async () => {
    const whole = await runTraining(`${name}-whole`, config);
    expect(whole).toMatchObject({ isFinished: true, step: 6, result: { test: { numExamples: 12 } } });
    const report = readFileSync(join(folder, `${name}-whole`, 'report.html'), 'utf8');
    expect(report).toContain('Beside table 1 of the paper');
    expect(report).toContain('Confusions on test');

    const parts = await runTraining(`${name}-parts`, config, { stopAt: 3 });
    expect(parts).toEqual({ isFinished: false, step: 3, result: undefined });
    expect(await runTraining(`${name}-parts`, config, { resume: true })).toEqual(whole);
    expect(logged(`${name}-parts`)).toEqual(logged(`${name}-whole`));
    const [one, other] = await Promise.all(
      ['whole', 'parts'].map((part) =>
        latestCheckpoint(join(folder, `${name}-${part}`, 'checkpoints'), () => undefined),
      ),
    );
    expect([...other!.tensors]).toEqual([...one!.tensors]);
  });
});

test('searches are logged from the end of pre-training on, and reported', () => {
  const steps = logged('mdeq-whole').filter(({ loss }) => loss !== undefined);
  expect(steps.map(({ forwardSteps }) => forwardSteps)).toEqual([undefined, undefined, 5, 5, 5, 5]);
  for (const { unsolved, backwardSteps, restarts, forwardResidual } of steps.slice(2)) {
    expect([unsolved, backwardSteps, restarts]).toEqual([1, 4, 0]); // five evaluations are far too few
    expect(forwardResidual).toBeGreaterThan(1e-3);
  }
  const report = readFileSync(join(folder, 'mdeq-whole', 'report.html'), 'utf8');
  for (const said of ['Fixed points', 'Trouble in searches', 'Solver steps on test', '100.0 %']) {
    expect(report).toContain(said);
  }
  expect(readFileSync(join(folder, 'rpg-whole', 'report.html'), 'utf8')).not.toContain('Fixed points');
});

test.each<{ differentiation: DeqConfig['differentiation']; solver: DeqConfig['solver']; backward: boolean }>([
  { differentiation: 'implicit', solver: 'anderson', backward: true },
  { differentiation: 'phantom', solver: 'broyden', backward: false },
])('$differentiation by $solver', async ({ differentiation, solver, backward }) => {
  const name = `${differentiation}-${solver}`;
  const config = configOf({ differentiation, solver, pretrainSteps: 0, numEpochs: 1 });
  expect(await runTraining(name, config)).toMatchObject({ isFinished: true, step: 3 });
  const steps = logged(name).filter(({ loss }) => loss !== undefined);
  expect(steps.every(({ forwardSteps }) => forwardSteps === 5)).toBe(true);
  expect(steps.every(({ backwardSteps }) => (backwardSteps !== undefined) === backward)).toBe(true);
});

test('unrolled training never searches; evaluation does', async () => {
  const config = configOf({ differentiation: 'unrolled', numEpochs: 1 });
  const { result } = await runTraining('unrolled', config);
  expect(result?.solves).toMatchObject({ numSamples: 12 });
  expect(logged('unrolled').every((entry) => !('forwardSteps' in entry))).toBe(true);
});

test('onUnsolved stop ends the run with an error that says how to go on', async () => {
  const config = configOf({ onUnsolved: 'stop' });
  await expect(runTraining('stop', config)).rejects.toThrow(
    /^The forward search for a fixed point is unsolved after 5 evaluations: of 4 samples 4 out-of-steps/,
  );
  const steps = logged('stop').filter(({ loss }) => loss !== undefined);
  expect(steps.map(({ step }) => step)).toEqual([1, 2]); // the pre-training stays
});

test('a loss that is no number stops the run', async () => {
  const config = configOf({ network: 'rpg', optimizer: 'sgd', learningRate: 1e38 });
  await expect(runTraining('nan', config)).rejects.toThrow(/^The loss is (NaN|Infinity) at step \d; the run stops\./);
});

test('the number of tensors is level from one run to the next', async () => {
  const config = configOf({ numEpochs: 1 });
  await runTraining('level-1', config);
  const before = tf.memory().numTensors;
  await runTraining('level-2', config);
  expect(tf.memory().numTensors).toBe(before);
});
