// Trainings killed at random moments by SIGKILL, which no program can hear: whatever the moment, what is on disk is
// sound, at most one checkpoint interval is lost, and the run that goes on ends with the bits of one never stopped.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, type FSWatcher, mkdtempSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRng, type Rng } from 'rpg-core';
import { type Checkpoint, latestCheckpoint, readCheckpoint, readRunConfig } from 'training-kit';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

const killsWanted = inject('numKills');
const CHECKPOINT_EVERY = 2;
const NUM_STEPS = 30;
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** Five epochs of six steps. */
const settings = [
  ...['--width', '4', '--rendered-train', '50', '--rendered-test', '20', '--val-examples', '10'],
  ...['--num-epochs', '5', '--batch-size', '8', '--checkpoint-every', String(CHECKPOINT_EVERY)],
];

let parent = '';
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'kill-'));
});
afterAll(() => {
  rmSync(parent, { recursive: true });
});

/** Kills by the part of the training that they hit. */
interface Kills {
  start: number;
  step: number;
  write: number;
  end: number;
}

/** A training in a process of its own: new where nothing is recorded yet, resumed elsewhere. */
interface Training {
  readonly process: ChildProcess;
  /** How it ended: an exit code or a signal. With all it said, for who reads a failure. */
  readonly end: Promise<{ code: number | string; said: string }>;
}

function startTraining(folder: string): Training {
  const how = existsSync(join(folder, 'config.json')) ? ['--resume', folder] : ['--run', folder, ...settings];
  const child = spawn(process.execPath, [main, 'train', ...how], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const end = new Promise<{ code: number | string; said: string }>((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code: code ?? signal ?? 'none', said });
    });
  });
  return { process: child, end };
}

/** Resolves when the moment to kill has come; gives up waiting for it, with an error or not, when `over` is aborted. */
type Moment = (folder: string, over: AbortSignal) => Promise<void>;

/** How long the parts of a run take that have no steps: up to the first step, and after the last one. */
interface Times {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Draws a moment in the start, in a step, while files are written, or in the evaluation and report after the last step.
 *
 * @param from step of the checkpoint that the training goes on from
 */
function drawMoment(rng: Rng, from: number, { startMs, endMs }: Times): { kind: keyof Kills; moment: Moment } {
  const drawn = (['start', 'step', 'step', 'write', 'write'] as const)[rng.below(5)]!;
  const isNearEnd = from >= NUM_STEPS - 8;
  const [share, count, isEnd] = [rng.uniform(), 1 + rng.below(8), isNearEnd && rng.below(3) > 0];
  if (drawn === 'start' && !isEnd) return { kind: 'start', moment: (_, over) => pause(share * startMs, over) };
  if (drawn === 'write' && !isEnd)
    return { kind: 'write', moment: (folder, over) => nthChange(folder, 3 * count, over) };
  const target = isEnd ? NUM_STEPS : Math.min(from + count, NUM_STEPS);
  return {
    kind: isEnd ? 'end' : 'step',
    moment: async (folder, over) => {
      if (from === NUM_STEPS) await pause(startMs, over);
      while (lastLogged(folder) > from) await pause(2, over); // until what was lost is out of the log
      while (lastLogged(folder) < target) await pause(2, over);
      await pause(share * (isEnd ? endMs : 40), over);
    },
  };
}

/** Waits for the n-th change of a name in the run's folders; a file is made, renamed or removed at that moment. */
async function nthChange(folder: string, count: number, over: AbortSignal): Promise<void> {
  while (!existsSync(folder)) await pause(2, over);
  const watchers: FSWatcher[] = [];
  await new Promise<void>((resolve) => {
    over.addEventListener('abort', () => {
      resolve();
    });
    let numSeen = 0;
    const watched = [folder, join(folder, 'checkpoints')].filter((path) => existsSync(path));
    for (const path of watched) {
      watchers.push(
        watch(path, (event) => {
          if (event === 'rename' && ++numSeen === count) resolve();
        }),
      );
    }
  });
  for (const watcher of watchers) watcher.close();
}

/** @throws AbortError when `over` is aborted */
function pause(timeMs: number, over: AbortSignal): Promise<void> {
  return wait(timeMs, undefined, { signal: over });
}

function newest(folder: string): Promise<Checkpoint | undefined> {
  return latestCheckpoint(join(folder, 'checkpoints'), (file, error) => {
    throw new Error(`${file} should be sound`, { cause: error });
  });
}

/** Whole lines of the log; what follows the last newline was cut. */
function logged(folder: string): Record<string, number>[] {
  const file = join(folder, 'metrics.jsonl');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Record<string, number>);
}

function lastLogged(folder: string): number {
  return logged(folder).at(-1)?.step ?? 0;
}

const ofTheMoment = ['wallTime', 'stepMs', 'waitMs', 'rssMB', 'numTensors'];

/** What a run says about learning: all but times and memory. */
function losses(folder: string): object[] {
  return logged(folder).map((line) =>
    Object.fromEntries(Object.entries(line).filter(([name]) => !ofTheMoment.includes(name))),
  );
}

function bitsOf({ tensors }: Checkpoint): [string, string][] {
  return [...tensors].map(([name, { data }]) => [
    name,
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
  ]);
}

/** What must hold of a folder at any moment. @returns step of the newest checkpoint */
async function checkSound(folder: string): Promise<number> {
  if (existsSync(join(folder, 'config.json'))) await readRunConfig(folder);
  const checkpoints = join(folder, 'checkpoints');
  const files = existsSync(checkpoints) ? readdirSync(checkpoints).filter((name) => !name.startsWith('.')) : [];
  for (const name of files) {
    expect(name).toMatch(/^(step-\d{8}|best)\.safetensors$/);
    await readCheckpoint(join(checkpoints, name));
  }
  const step = (await newest(folder))?.step ?? 0;
  expect(lastLogged(folder) - step).toBeLessThanOrEqual(CHECKPOINT_EVERY);
  return step;
}

test(`${killsWanted} kills: sound files, at most ${CHECKPOINT_EVERY} steps lost, the same bits at the end`, async () => {
  const whole = join(parent, 'whole');
  const startedMs = performance.now();
  const reference = startTraining(whole);
  while (lastLogged(whole) === 0 && reference.process.exitCode === null) await wait(5);
  const startMs = performance.now() - startedMs;
  while (lastLogged(whole) < NUM_STEPS && reference.process.exitCode === null) await wait(5);
  const lastStepMs = performance.now();
  expect(await reference.end).toMatchObject({ code: 0 });
  const times = { startMs, endMs: performance.now() - lastStepMs };
  expect(await checkSound(whole)).toBe(NUM_STEPS);
  const wholeEnd = (await newest(whole))!;

  const rng = createRng('kills');
  const kills: Kills = { start: 0, step: 0, write: 0, end: 0 };
  let [numKills, numRuns, mostLost] = [0, 0, 0];
  for (; numKills < killsWanted; numRuns++) {
    const folder = join(parent, `killed-${numRuns}`);
    for (let isFinished = false, savedBefore = 0; !isFinished;) {
      const { kind, moment } = drawMoment(rng, savedBefore, times);
      const training = startTraining(folder);
      if (numKills < killsWanted) {
        const over = new AbortController();
        await Promise.race([moment(folder, over.signal).catch(() => undefined), training.end]);
        over.abort();
        training.process.kill('SIGKILL');
      }
      const { code, said } = await training.end;
      expect([0, 'SIGKILL'], said).toContain(code);
      isFinished = code === 0;
      const saved = await checkSound(folder);
      expect(saved).toBeGreaterThanOrEqual(savedBefore);
      mostLost = Math.max(mostLost, lastLogged(folder) - saved);
      savedBefore = saved;
      if (isFinished) continue;
      numKills++;
      kills[kind]++;
    }
    expect(losses(folder)).toEqual(losses(whole));
    const end = (await newest(folder))!;
    expect([end.step, end.metadata]).toEqual([NUM_STEPS, wholeEnd.metadata]);
    expect(bitsOf(end)).toEqual(bitsOf(wholeEnd));
    const best = (home: string) => readCheckpoint(join(home, 'checkpoints', 'best.safetensors'));
    expect(bitsOf(await best(folder))).toEqual(bitsOf(await best(whole)));
    expect(existsSync(join(folder, 'report.html'))).toBe(true);
  }
  const where = Object.entries(kills).map(([kind, count]) => `${kind} ${count}`);
  console.log(`${numKills} kills (${where.join(', ')}) in ${numRuns} runs; at most ${mostLost} steps lost`);
});
