import '@tensorflow/tfjs';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { scratchFolder } from '../../test/scratch-folder.js';
import { type Checkpoint, readCheckpoint, savedSteps } from '../checkpoint/checkpoint.js';
import { ConfigError } from '../errors.js';
import { sgd } from '../optimizers/sgd.js';
import { openRun, type Run } from '../run/run-folder.js';
import { Interrupted } from './interrupt.js';
import { type LoopEnd, type LoopEvaluation, trainingLoop, waitingShare } from './training-loop.js';

const scratch = scratchFolder('training-loop');
afterAll(() => {
  rmSync(scratch, { recursive: true });
});
let lines: string[] = [];
let notes: string[] = [];
let seen: number[] = [];
beforeAll(async () => {
  await tf.setBackend('cpu');
});
beforeEach(() => {
  lines = [];
  notes = [];
  seen = [];
});

/** Minimises (w − target)² for targets 0, 1, 2, … of eight steps; evaluates every third, saves every fourth. */
async function runLoop(
  name: string,
  {
    stopAt = Infinity,
    resume = false,
    breakOffAt = Infinity,
    score = (step: number): number => step,
    scoreName = 'val w',
    isWatched = true,
    numSteps = 8,
    onEvaluation = (step: number): void => {
      seen.push(step);
    },
    begin = () => Promise.resolve(),
  } = {},
) {
  const run: Run = await openRun({
    folder: join(scratch, name),
    config: {},
    seed: 1,
    backend: {},
    resume,
    print: (line) => notes.push(line),
  });
  const w = tf.tidy(() => tf.variable(tf.scalar(3)));
  const trainables = new Map([['w', w]]);
  let step = 0;
  let numBefore = -1;
  let isHeard = false;
  const evaluate = async (): Promise<LoopEvaluation> => {
    isHeard = step === breakOffAt;
    if (isHeard) throw new Interrupted();
    await Promise.resolve();
    onEvaluation(step);
    return { metrics: { valW: w.dataSync()[0]! }, score: score(step), scoreName, line: `val ${step}` };
  };
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
    numSteps,
    stepsPerEpoch: 4,
    begin,
    async *batches(fromStep) {
      for (let target = fromStep; target < numSteps; target++) {
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
    evaluate: isWatched ? evaluate : undefined,
    checkpointEvery: 4,
    stream: { write: (text) => lines.push(text) },
  });
  const history = run.history().map(({ step: at, metrics }) => {
    const { loss, learningRate, valW, numBefore: before, evaluationFailed: failed } = metrics;
    return { at, loss, learningRate, valW, before, failed };
  });
  return { end, w: w.dataSync()[0]!, history };
}

const best = (name: string): Promise<Checkpoint> =>
  readCheckpoint(join(scratch, name, 'checkpoints', 'best.safetensors'));

test('logs every step, evaluates and shows what came out', async () => {
  const { end, history } = await runLoop('whole');
  expect(end).toEqual<LoopEnd>({ isFinished: true, step: 8 });
  expect(history.filter(({ loss }) => loss !== undefined).map(({ at }) => at)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(history.filter(({ valW }) => valW !== undefined).map(({ at }) => at)).toEqual([3, 6, 8]); // the last step too
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
  expect((await best('rising')).step).toBe(8);
});

test('of equal scores the latest is the best, and its file says by what', async () => {
  await runLoop('equal', { score: () => 0.5 });
  const { step, metadata } = await best('equal');
  expect([step, metadata]).toEqual([8, { bestScore: 0.5, bestScoreName: 'val w', bestStep: 8 }]);
});

test('scores of another name are not compared: the best begins anew, and that is said', async () => {
  await runLoop('renamed', { stopAt: 4, score: () => 9, scoreName: 'variant A' });
  await runLoop('renamed', { resume: true, score: () => 1, scoreName: 'variant C' });
  expect(notes).toContain('The best step so far, 3, was judged by variant A; from here on it is variant C.');
  expect((await best('renamed')).metadata).toEqual({ bestScore: 1, bestScoreName: 'variant C', bestStep: 8 });
});

test('where nothing is held out, the last step is the best', async () => {
  await runLoop('unwatched', { isWatched: false });
  const { step, metadata } = await best('unwatched');
  expect([step, metadata]).toEqual([8, { bestScore: null, bestScoreName: null, bestStep: 8 }]);
});

test('a step is saved before it is evaluated; an evaluation that fails is noted, and the training goes on', async () => {
  const saved: (number | undefined)[] = [];
  const onEvaluation = (step: number): void => {
    saved.push(savedSteps(join(scratch, 'failing', 'checkpoints')).at(-1));
    if (step === 6) throw new RangeError('A predicted depth is NaN.');
  };
  const { end, history } = await runLoop('failing', { onEvaluation });
  expect(end).toEqual({ isFinished: true, step: 8 });
  expect(saved).toEqual([3, 6, 8]);
  expect(notes).toContain('The evaluation of step 6 failed; the training goes on. A predicted depth is NaN.');
  expect(history.filter(({ failed }) => failed === 1).map(({ at }) => at)).toEqual([6]);
  expect((await best('failing')).step).toBe(8);
});

test('a score that is no number is a failed evaluation, not a best one', async () => {
  await runLoop('nan', { score: (step) => (step < 6 ? 1 : NaN) });
  expect(notes).toContain('The evaluation of step 8 failed. Its score, val w, is NaN; the network has diverged.');
  expect((await best('nan')).step).toBe(3);
});

test('killed while it evaluates: what was saved before is evaluated on resume, and all is as if never stopped', async () => {
  const whole = await runLoop('whole-again');
  // A kill leaves the folder as it is at this moment; here a copy of it.
  await runLoop('to-kill', {
    onEvaluation: (step) => {
      if (step === 6) cpSync(join(scratch, 'to-kill'), join(scratch, 'killed'), { recursive: true });
    },
  });
  rmSync(join(scratch, 'killed', 'run.lock'), { force: true });
  expect(await runLoop('killed', { resume: true })).toEqual(whole);
  expect(seen).toHaveLength(3 + 2); // of the first, then steps 6 and 8 of the resumed one
});

test('fewer steps than were made are refused', async () => {
  await runLoop('shorter', { stopAt: 4 });
  await expect(runLoop('shorter', { resume: true, numSteps: 3 })).rejects.toThrow(
    new ConfigError(
      'numEpochs',
      'The run has made 4 steps, more than the 3 that it is to have now. Give a larger --num-epochs, or go back with ' +
        '--from-step.',
    ),
  );
});

test('what a training begins with is asked for once, where there is no checkpoint', async () => {
  let numAsked = 0;
  const begin = () => {
    numAsked++;
    return Promise.resolve();
  };
  await runLoop('begun', { stopAt: 4, begin });
  await runLoop('begun', { resume: true, begin });
  expect(numAsked).toBe(1);
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
