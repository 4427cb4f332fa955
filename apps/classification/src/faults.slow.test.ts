// Faults of workers, drawn by a seed: at any worker, at any moment. FAULTS=100 makes more of them.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { differingNumbers, type Program, startTraining, untilStep, workerProcess } from 'distributed-training/testing';
import { createRng, type Rng } from 'rpg-core';
import { readCheckpoint } from 'training-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const scratch = mkdtempSync(join(tmpdir(), 'faults-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});
const program: Program = {
  main: fileURLToPath(new URL('../dist/main.js', import.meta.url)),
  flags: (
    '--rendered-train 90 --rendered-test 6 --val-examples 6 --width 4 --num-epochs 4 --batch-size 18 --eval-every 2 ' +
    '--checkpoint-every 5'
  ).split(' '),
};
const NUM_STEPS = 20;
const HEARTBEAT_SECONDS = 4;
const numFaults = Number(process.env.FAULTS ?? 4);
const folderOf = (name: string) => join(scratch, name);

beforeAll(async () => {
  for (const count of [2, 3]) {
    const { code, said } = await startTraining(program, [
      '--accumulate',
      String(count),
      '--run',
      folderOf(`single-${count}`),
    ]).ended;
    expect(code, said).toBe(0);
  }
});

/** SIGKILL: gone; SIGSTOP: hung; SIGABRT: crashed; SIGTERM: asked to end. */
const faults = ['SIGKILL', 'SIGSTOP', 'SIGABRT', 'SIGTERM'] as const;

function drawFault(rng: Rng) {
  const count = 2 + rng.below(2);
  return { count, index: rng.below(count), signal: faults[rng.below(faults.length)]!, step: rng.below(NUM_STEPS - 2) };
}

test.each(Array.from({ length: numFaults }, (_, seed) => seed))('fault %i', async (seed) => {
  const rng = createRng('faults').fork(seed);
  const { count, index, signal, step } = drawFault(rng);
  const folder = folderOf(`fault-${seed}`);
  const words = ['--workers', String(count), '--threads', '1', '--heartbeat', String(HEARTBEAT_SECONDS)];
  const training = startTraining(program, [...words, '--run', folder]);
  await untilStep(training, folder, step);
  await sleep(rng.below(120));
  const pid = workerProcess(folder, index);
  if (pid !== undefined) signalTo(pid, signal);
  let end = await training.ended;
  const told = `${signal} to worker ${index} of ${count} at step ${step}:\n${end.said}`;
  expect([0, 130], told).toContain(end.code); // started again by itself, or stopped as asked
  for (let i = 0; i < 3 && end.code !== 0; i++) {
    end = await startTraining(program, [...words, '--resume', folder]).ended;
  }
  expect(end.code, told + end.said).toBe(0);
  for (const file of readdirSync(join(folder, 'checkpoints'))) {
    await readCheckpoint(join(folder, 'checkpoints', file)); // sound, each of them
  }
  const { steps, differing } = await differingNumbers(folderOf(`single-${count}`), folder);
  expect({ steps, differing }, told).toEqual({ steps: [NUM_STEPS, NUM_STEPS], differing: 0 });
  for (let worker = 0; worker < count; worker++) expect(workerProcess(folder, worker)).toBeUndefined();
  rmSync(folder, { recursive: true });
});

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}
