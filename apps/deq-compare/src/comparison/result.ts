// What stays of a finished training beside its report: what `compare` sets side by side.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeResultFiles } from 'training-kit';
import { parseJsonBytes } from 'training-kit/data';
import { codeOf, DataError, reasonOf } from 'training-kit/errors';
import { z } from 'zod';

const RESULT = 'result.json';

const solvesSchema = z.object({
  numSearches: z.number(),
  numSamples: z.number(),
  numSteps: z.number(),
  residual: z.number(),
  unsolved: z.number(),
  diverged: z.number(),
  notFinite: z.number(),
  restarts: z.number(),
  trace: z.array(z.number()).readonly(),
});

const resultSchema = z.object({
  /** Updates made. */
  step: z.number(),
  stepsPerEpoch: z.number(),
  /** As `countParameters` gives them. */
  parameters: z.object({
    ring: z.number(),
    stem: z.number(),
    head: z.number(),
    norm: z.number(),
    bias: z.number(),
    total: z.number(),
    generated: z.number(),
    plainTotal: z.number(),
  }),
  /** Read once, at the end; loss in nats, accuracies as shares. */
  test: z.object({ numExamples: z.number(), loss: z.number(), top1: z.number(), top5: z.number() }),
  /** The searches on test, a `SolveSummary`; null for a network that searches nothing. */
  solves: solvesSchema.nullable(),
});

/** Plain data. */
export type TrainingResult = z.output<typeof resultSchema>;

/** Writes `result.json` into a run's folder. @throws DataError when it cannot */
export async function writeResult(result: TrainingResult, folder: string): Promise<void> {
  await writeResultFiles({ [RESULT]: `${JSON.stringify(result, undefined, 2)}\n` }, folder);
}

/** What `writeResult` wrote; undefined where nothing is. @throws DataError for a file that is something else */
export async function readResult(folder: string): Promise<TrainingResult | undefined> {
  const file = join(folder, RESULT);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw new DataError(file, `Cannot read ${file}: ${reasonOf(cause)}.`, { cause });
  }
  try {
    return resultSchema.parse(parseJsonBytes(bytes));
  } catch (cause) {
    throw new DataError(
      file,
      `${file} is damaged: it is not the result of a training. Remove it; the training is then evaluated again.`,
      { cause },
    );
  }
}
