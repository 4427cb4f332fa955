// Whole trainings, and the numbers that they end with.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { latestCheckpoint } from 'training-kit';
import { type Program, startTraining, type TrainingEnd } from './watched-training.js';

/** Two runs held against each other. */
export interface Comparison {
  /** Of the newest checkpoint of each. */
  readonly steps: readonly number[];
  /** Numbers in that of the first, and how many of them the other has with another bit. */
  readonly all: number;
  readonly differing: number;
}

export async function differingNumbers(one: string, other: string): Promise<Comparison> {
  const [a, b] = await Promise.all([one, other].map(newest));
  let [all, differing] = [0, 0];
  for (const [name, { data }] of a!.tensors) {
    const others = b!.tensors.get(name)?.data ?? new Float32Array(0);
    all += data.length;
    for (let i = 0; i < data.length; i++) if (!Object.is(data[i], others[i])) differing++;
  }
  return { steps: [a!.step, b!.step], all, differing };
}

/**
 * A training by `count` workers, and by one process in as many micro-batches.
 *
 * @returns how both ended; what they hold, where both came to their end
 */
export async function trainBothWays(
  program: Program,
  count: number,
): Promise<{ readonly ends: readonly TrainingEnd[]; readonly comparison: Comparison | undefined }> {
  const scratch = mkdtempSync(join(tmpdir(), 'both-ways-'));
  const [shared, single] = [join(scratch, 'shared'), join(scratch, 'single')];
  const train = (...words: string[]) => startTraining(program, words).ended;
  try {
    const ends = [
      await train('--workers', String(count), '--threads', '1', '--run', shared),
      await train('--accumulate', String(count), '--run', single),
    ];
    const isWhole = ends.every(({ code }) => code === 0);
    const comparison = isWhole ? await differingNumbers(shared, single) : undefined;
    return { ends, comparison };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function newest(folder: string) {
  const checkpoint = await latestCheckpoint(join(folder, 'checkpoints'), () => undefined);
  if (checkpoint === undefined) throw new Error(`No checkpoint in ${folder}.`);
  return checkpoint;
}
