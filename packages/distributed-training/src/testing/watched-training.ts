// Trainings that are watched, and interfered with, while they run.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A compiled app. */
export interface Program {
  /** Its main.js. */
  readonly main: string;
  /** Of every training, behind `train`. */
  readonly flags: readonly string[];
}

/** How a training ended. */
export interface TrainingEnd {
  /** null for one that a signal ended. */
  readonly code: number | null;
  /** Standard output and standard error. */
  readonly said: string;
}

export interface WatchedTraining {
  readonly ended: Promise<TrainingEnd>;
  kill(signal: NodeJS.Signals): void;
}

/** Trains in a process of its own, one thread an operation, as workers have on two cores. */
export function startTraining(
  { main, flags }: Program,
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
): WatchedTraining {
  const child = spawn(process.execPath, [main, 'train', ...flags, ...words], {
    env: { ...process.env, TF_NUM_INTRAOP_THREADS: '1', NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece.toString()));
  const ended = new Promise<TrainingEnd>((resolve) => {
    child.on('close', (code) => {
      resolve({ code, said });
    });
  });
  return { ended, kill: (signal) => child.kill(signal) };
}

/** Waits until a training's run, in `folder`, has logged as many steps, or has ended before, as tests then see. */
export async function untilStep({ ended }: WatchedTraining, folder: string, count: number): Promise<void> {
  const file = join(folder, 'metrics.jsonl');
  const isOver = ended.then(() => true);
  do {
    if (existsSync(file) && readFileSync(file, 'utf8').split('\n').length > count) return;
  } while (!(await Promise.race([isOver, sleep(20, false)])));
}

/** The process of worker `index` that trains in `folder`; undefined where there is none now. */
export function workerProcess(folder: string, index: number): number | undefined {
  return readdirSync('/proc')
    .flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
    .find((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return words.includes(folder) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`"index":${index}}`);
      } catch {
        return false; // gone, or not ours
      }
    });
}
