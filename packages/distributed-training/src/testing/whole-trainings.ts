// Trainings as users start them, and the numbers that they end with.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { latestCheckpoint } from 'training-kit';

/** A compiled app. */
export interface Program {
  /** Its main.js. */
  readonly main: string;
  /** Of every training, behind `train`. */
  readonly flags: readonly string[];
}

export interface Training {
  readonly code: number;
  /** Standard output and standard error. */
  readonly said: string;
}

/** Trains in a process of its own, one thread an operation, as workers have on two cores. */
export function runProgramOf({ main, flags }: Program, words: readonly string[]): Promise<Training> {
  const env = { ...process.env, TF_NUM_INTRAOP_THREADS: '1', FORCE_COLOR: undefined, NO_COLOR: '1' };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, 'train', ...flags, ...words], { env }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : 1;
      resolve({ code, said: stdout + stderr });
    });
  });
}

/** How many numbers of the newest checkpoints of two runs differ in any bit; `all` counts those of one. */
export async function differingNumbers(
  one: string,
  other: string,
): Promise<{ readonly steps: readonly number[]; readonly all: number; readonly differing: number }> {
  const [a, b] = await Promise.all([one, other].map(newest));
  let [all, differing] = [0, 0];
  for (const [name, { data }] of a!.tensors) {
    const others = b!.tensors.get(name)?.data ?? new Float32Array(0);
    all += data.length;
    for (let i = 0; i < data.length; i++) if (!Object.is(data[i], others[i])) differing++;
  }
  return { steps: [a!.step, b!.step], all, differing };
}

async function newest(folder: string) {
  const checkpoint = await latestCheckpoint(join(folder, 'checkpoints'), () => undefined);
  if (checkpoint === undefined) throw new Error(`No checkpoint in ${folder}.`);
  return checkpoint;
}
