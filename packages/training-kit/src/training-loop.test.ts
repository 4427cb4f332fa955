import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { scratchFolder } from '../test/scratch-folder.js';
import { Interrupted } from './interrupt.js';
import { openRun, type Run } from './run-folder.js';
import { sgd } from './sgd.js';
import { trainingLoop, waitingShare, type LoopEnd } from './training-loop.js';
import { readCheckpoint, type Checkpoint } from './checkpoint.js';

const scratch = scratchFolder('training-loop');
afterAll(() => {
  rmSync(scratch, { recursive: true });
});
let lines: string[] = [];
beforeAll(async () => {
  await tf.setBackend('cpu');
});
beforeEach(() => {
  lines = [];
});

/** Minimises (w − target)² for targets 0, 1, 2, … of eight steps; evaluates every third, saves every fourth. */
async function runLoop(
  name: string,
  { stopAt = Infinity, resume = false, breakOffAt = Infinity, score = (step: number) => step } = {},
) {
  const run: Run = await openRun({
    folder: join(scratch, name),
    config: {},
    seed: 1,
    backend: {},
    resume,
    print: () => undefined,
  });
  const w = tf.tidy(() => tf.variable(tf.scalar(3)));
  const trainables = new Map([['w', w]]);
  let step = 0;
  let numBefore = -1;
  let isHeard = false;
  const end = await trainingLoop({
    run: {
      ...run,
      log: (at, metrics) => {
        run.log(at, metrics);
        step = at;
      },
    },
    interrupt: { isRequested: () => step >= stopAt || isHeard },
    source: { trainables, statistics: new Map() },
    optimizer: sgd(trainables, { momentum: 0.5 }),
    schedule: (at) => 0.1 / (at + 1),
    numSteps: 8,
    stepsPerEpoch: 4,
    async *batches(fromStep) {
      for (let target = fromStep; target < 8; target++) {
        await Promise.resolve();
        yield { numExamples: 2, waitMs: 1, target };
      }
    },
    inputsOf: ({ target }) => ({ target: tf.scalar(target) }),
    loss: ({ target }, at) => {
      numBefore = at;
      return { loss: tf.squaredDifference(w, target), metrics: { twice: tf.mul(w, 2) } };
    },
    moreMetrics: () => ({ numBefore }),
    evaluateEvery: 3,
    evaluate: () => {
      isHeard = step === breakOffAt;
      if (isHeard) return Promise.reject(new Interrupted());
      return Promise.resolve({ metrics: { valW: w.dataSync()[0]! }, score: score(step), line: `val ${step}` });
    },
    checkpointEvery: 4,
    stream: { write: (text) => lines.push(text) },
  });
  const history = run.history().map(({ step: at, metrics }) => {
    const { loss, learningRate, valW, numBefore: before } = metrics;
    return { at, loss, learningRate, valW, before };
  });
  return { end, w: w.dataSync()[0]!, history };
}

const best = (name: string): Promise<Checkpoint> =>
  readCheckpoint(join(scratch, name, 'checkpoints', 'best.safetensors'));

test('logs every step, evaluates and shows what came out', async () => {
  const { end, history } = await runLoop('whole');
  expect(end).toEqual<LoopEnd>({ isFinished: true, step: 8 });
  expect(history.filter(({ loss }) => loss !== undefined).map(({ at }) => at)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(history.filter(({ valW }) => valW !== undefined).map(({ at }) => at)).toEqual([3, 6]);
  expect(history[0]).toMatchObject({ loss: 9, learningRate: 0.1 }); // (3 − 0)²
  const numBefore = history.flatMap(({ before }) => before ?? []);
  expect(numBefore).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(lines.join('')).toMatch(/epoch 0\.75: train loss \S+, val 3\n/);
});

test('stopped at any step and resumed: the same numbers as never stopped', async () => {
  const whole = await runLoop('never-stopped');
  for (const stopAt of [1, 3, 4, 7]) {
    const name = `parts-${stopAt}`;
    expect((await runLoop(name, { stopAt })).end).toEqual({ isFinished: false, step: stopAt });
    expect(await runLoop(name, { resume: true })).toEqual(whole);
  }
});

test('an evaluation that is broken off leaves a checkpoint; the resumed run makes it, and its step may be the best', async () => {
  const score = (step: number): number => -step;
  const whole = await runLoop('evaluated', { score });
  const parts = await runLoop('broken-off', { breakOffAt: 3, score });
  expect(parts.end).toEqual({ isFinished: false, step: 3 });
  expect(parts.history.at(-1)).toMatchObject({ at: 3, valW: undefined });
  expect(await runLoop('broken-off', { resume: true, score })).toEqual(whole);
  expect((await best('broken-off')).step).toBe(3);
});

test('the best checkpoint is the one of the highest score, also after a resume', async () => {
  const score = (step: number): number => -step; // the first evaluation is the best
  await runLoop('falling', { stopAt: 4, score });
  await runLoop('falling', { resume: true, score });
  expect((await best('falling')).step).toBe(3);
  await runLoop('rising');
  expect((await best('rising')).step).toBe(6);
});

test('leaves no tensors behind but the variables', async () => {
  await runLoop('first');
  const before = tf.memory().numTensors;
  await runLoop('second');
  expect(tf.memory().numTensors - before).toBe(2); // w and its momentum
});

test('the share of time spent waiting, over all logged steps', () => {
  const history = [
    { metrics: { stepMs: 30, waitMs: 6 } },
    { metrics: { valLoss: 1 } },
    { metrics: { stepMs: 10, waitMs: 2 } },
  ];
  expect(waitingShare(history)).toBe(0.2);
  expect(waitingShare([])).toBe(0);
});
