// A training shared by several workers, against one process with as many micro-batches.
import '@tensorflow/tfjs';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scratchFolder } from '../../test/scratch-folder.js';
import { workersInMemory } from '../../test/workers-in-memory.js';
import { savedSteps } from '../checkpoint/checkpoint.js';
import { WorkersLost } from '../errors.js';
import { adam } from '../optimizers/adam.js';
import { openFollowerRun } from '../run/follower-run.js';
import { openRun } from '../run/run-folder.js';
import { alone, isLeader, type Replicas } from './replicas.js';
import { trainingLoop } from './training-loop.js';

const scratch = scratchFolder('shared-training');
afterAll(() => {
  rmSync(scratch, { recursive: true });
});
beforeAll(async () => {
  await tf.setBackend('cpu');
});

const BATCH = 12;
const NUM_STEPS = 6;

interface Options {
  readonly replicas?: Replicas;
  readonly accumulate?: number;
  readonly resume?: boolean;
  readonly stopAt?: number;
  readonly seed?: number;
  readonly withNorm?: boolean;
  /** The step behind which this worker's weights are spoilt. */
  readonly spoilAt?: number;
}

/** Fits w · x̂ to sin x, with x normalised by its batch, whose mean is kept as a moving average. */
async function worker(
  name: string,
  {
    replicas = alone,
    accumulate = 1,
    resume = false,
    stopAt = Infinity,
    seed = 1,
    withNorm = true,
    spoilAt,
  }: Options = {},
) {
  const folder = join(scratch, name);
  const notes: string[] = [];
  const print = (line: string) => notes.push(line);
  const run = isLeader(replicas)
    ? await openRun({ folder, config: {}, seed: 1, backend: {}, resume, print })
    : await openFollowerRun({ resume: null });
  // Only the leader's weights count.
  const w = tf.tidy(() => tf.variable(tf.tensor1d([seed, -0.3])));
  const mean = tf.tidy(() => tf.variable(tf.scalar(0), false));
  const trainables = new Map([['w', w]]);
  const optimizer = adam(trainables);
  const { index, count } = replicas.part;
  const size = BATCH / count;
  let step = 0;
  const end = await trainingLoop({
    run: {
      ...run,
      log(at, metrics) {
        step = at;
        run.log(at, metrics);
      },
    },
    interrupt: { isRequested: () => step >= stopAt },
    source: { trainables, statistics: new Map([['mean', mean]]) },
    optimizer,
    schedule: () => 0.05,
    numSteps: NUM_STEPS,
    stepsPerEpoch: 3,
    accumulate,
    replicas,
    async *batches(fromStep) {
      for (let at = fromStep; at < NUM_STEPS; at++) {
        await Promise.resolve();
        if (at === spoilAt) w.assign(tf.tensor1d([0, 0]));
        yield {
          numExamples: size,
          waitMs: 0,
          x: Array.from({ length: BATCH }, (_, i) => Math.sin(7 * i + 3 * at) * 2),
        };
      }
    },
    inputsOf: ({ x }) => ({ x: tf.tensor1d(x.slice(index * size, (index + 1) * size)) }),
    loss: ({ x }) => {
      const batchMean = withNorm ? tf.mean(x) : tf.scalar(0);
      mean.assign(tf.add(tf.mul(mean, 0.9), tf.mul(batchMean, 0.1)));
      const [slope, shift] = tf.split(w, 2);
      const y = tf.add(tf.mul(slope!, tf.sub(x, batchMean)), shift!);
      const loss = tf.mean<tf.Scalar>(tf.squaredDifference(y, tf.sin(x)));
      return { loss, metrics: { largest: tf.max<tf.Scalar>(tf.abs(y)) } };
    },
    evaluateEvery: 2,
    evaluate: () =>
      Promise.resolve({ metrics: { valMean: mean.dataSync()[0]! }, score: 1, scoreName: 'none', line: '' }),
    checkpointEvery: 1,
    stream: { write: () => undefined },
  });
  const logged = run
    .history()
    .map(({ step: at, metrics: { loss, largest, valMean } }) => ({ at, loss, largest, valMean }));
  const result = { w: [...w.dataSync()], mean: mean.dataSync()[0]!, step: end.step };
  tf.dispose([w, mean, ...optimizer.state.values()]);
  return { ...result, logged, isFinished: end.isFinished, notes };
}

test.each([2, 3, 4])('%i workers give the bits of one process with as many micro-batches', async (count) => {
  const single = await worker(`accumulated-${count}`, { accumulate: count });
  const team = await Promise.all(
    workersInMemory(count).map((replicas, i) => worker(`shared-${count}`, { replicas, seed: 1 + i })),
  );
  expect(team[0]).toEqual(single);
  for (const { w, mean, step, isFinished, logged } of team.slice(1)) {
    expect({ w, mean, step }).toEqual({ w: single.w, mean: single.mean, step: NUM_STEPS });
    expect([isFinished, logged]).toEqual([false, []]);
  }
});

test('parts of a batch that are small for norms are told once', async () => {
  const { notes } = await worker('small-parts', { accumulate: 2 });
  expect(notes.filter((line) => line.startsWith('Batch norms see 6 examples at a time'))).toHaveLength(1);
  expect((await worker('whole-batch')).notes).toEqual([]);
});

test('without norms micro-batches give the whole batch, up to rounding', async () => {
  const whole = await worker('whole', { withNorm: false });
  const parts = await worker('parts', { withNorm: false, accumulate: 3 });
  parts.w.forEach((value, i) => {
    expect(value).toBeCloseTo(whole.w[i]!, 5);
  });
  expect(parts.logged[0]!.loss).toBeCloseTo(whole.logged[0]!.loss!, 5);
});

test('two workers, then three, then one', async () => {
  const run = async (count: number, options: Options) =>
    (
      await Promise.all(
        (count === 1 ? [alone] : workersInMemory(count)).map((replicas) =>
          worker('changing', { ...options, replicas }),
        ),
      )
    )[0]!;
  expect(await run(2, { stopAt: 1 })).toMatchObject({ step: 2, isFinished: false }); // told in the step behind the signal
  expect(await run(3, { resume: true, stopAt: 4 })).toMatchObject({ step: 4, isFinished: false }); // behind an evaluation
  const end = await run(1, { resume: true });
  expect(end).toMatchObject({ step: NUM_STEPS, isFinished: true });
  expect(end.logged.filter(({ loss }) => loss !== undefined).map(({ at }) => at)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('an interrupt at a worker that does not lead ends all of them after the same step, with a checkpoint', async () => {
  const ends = await Promise.all(
    workersInMemory(3).map((replicas, i) => worker('interrupted', { replicas, ...(i === 2 ? { stopAt: 2 } : {}) })),
  );
  // Behind the evaluation of step 2 all are asked.
  expect(ends.map(({ step }) => step)).toEqual([2, 2, 2]);
  expect(savedSteps(join(scratch, 'interrupted', 'checkpoints'))).toContain(2);
});

test('where a worker is lost the leader has the last whole step saved, and its resumed run the bits of one never stopped', async () => {
  const single = await worker('never-lost', { accumulate: 2 });
  const team = workersInMemory(2, { loseAt: 11 });
  const ends = await Promise.allSettled(team.map((replicas) => worker('lost', { replicas })));
  for (const end of ends)
    expect(end).toMatchObject({ status: 'rejected', reason: new WorkersLost('Worker 1 is gone.') });
  expect(savedSteps(join(scratch, 'lost', 'checkpoints')).at(-1)).toBeGreaterThan(1);
  const [leader] = await Promise.all(workersInMemory(2).map((replicas) => worker('lost', { replicas, resume: true })));
  expect({ ...leader, notes: single.notes }).toEqual(single);
});

test('a worker whose weights have become others ends with an error at the next checkpoint', async () => {
  const team = workersInMemory(2);
  // The leader goes on: it hears of it from the worker's report, which is not in memory here.
  const ends = team.map((replicas, i) => worker('spoilt', { replicas, ...(i === 1 ? { spoilAt: 3 } : {}) }));
  void ends[0]!.catch(() => undefined);
  await expect(ends[1]).rejects.toThrow(/^After step 4 the weights of worker 1 differ from those of worker 0/);
});

test('no tensor is left behind', async () => {
  const before = tf.memory().numTensors;
  await worker('level', { accumulate: 3 });
  expect(tf.memory().numTensors).toBe(before);
});
