// What an experiment finds out about each network once it is trained, beyond its scores. Kept in the run's folder, so that
// it is found out once.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { stepFileName } from '../checkpoint/checkpoint.js';
import { DataError, reasonOf } from '../errors.js';
import { writeFileAtomically } from '../files/atomic-file.js';
import { parseJsonBytes } from '../json/json-text.js';
import { lockFolder } from '../run/folder-lock.js';
import type { Scale } from './experiment.js';
import { secondsTrained, type SweptRun } from './outcome.js';

/** A training that came to its end. */
export interface TrainedRun {
  readonly folder: string;
  /** File with the weights that it ended with. */
  readonly checkpoint: string;
  /** With the key of a network that was trained with one; null for others. */
  readonly keyFile: string | null;
  /** How long finding out may take: minutes at `small`, what the paper did at `full`. */
  readonly scale: Scale;
  /** How long its training took, pauses left out; undefined where its log does not tell. */
  readonly secondsTrained: number | undefined;
  /** Tells how far it is. */
  readonly note: (line: string) => void;
}

/** By name, such as `prunedTop1`; with a slash in its name a number is a point of a curve (`resultNames`). */
export type Measured = Readonly<Record<string, number>>;

/** Finds something out about a trained network. Its backend is open; what it throws counts as a failure of this run alone. */
export type Measure = (run: TrainedRun) => Promise<Measured>;

const measuredFile = z.strictObject({ step: z.int().min(0), measured: z.record(z.string(), z.number()) });

/**
 * What was found out about a run; undefined when nothing was, or when it was trained on since.
 *
 * @param name of the experiment @throws DataError for a file that says something else
 */
export async function readMeasured(folder: string, name: string, step: number): Promise<Measured | undefined> {
  const file = fileOf(folder, name);
  if (!existsSync(file)) return undefined;
  try {
    const content = measuredFile.parse(parseJsonBytes(await readFile(file)));
    return content.step === step ? content.measured : undefined;
  } catch (cause) {
    throw new DataError(file, `Cannot read ${file}: delete it, and it is found out again. ${reasonOf(cause)}`, {
      cause,
    });
  }
}

export interface MeasureOptions {
  /** Of the experiment. */
  readonly name: string;
  readonly scale: Scale;
  readonly measure: Measure;
  /** As `TrainedRun` has it, by the run's folder. */
  readonly keyFileOf: (folder: string) => Promise<string | null>;
  readonly note: (line: string) => void;
}

/**
 * Measures each finished run that was not measured yet, in order. One that fails is noted, and the next one begins.
 *
 * @returns how many failed
 */
export async function measureRuns(
  runs: readonly SweptRun[],
  { name, scale, measure, keyFileOf, note }: MeasureOptions,
): Promise<number> {
  let numFailed = 0;
  for (const swept of runs) {
    const { run, state, measured } = swept;
    if (state.status !== 'finished' || measured !== undefined) continue;
    const { folder } = run;
    try {
      const lock = lockFolder(folder);
      try {
        note(`Measuring ${run.name}`);
        const checkpoint = join(folder, 'checkpoints', stepFileName(state.step));
        const keyFile = await keyFileOf(folder);
        const found = await measure({
          folder,
          checkpoint,
          keyFile,
          scale,
          secondsTrained: secondsTrained(swept),
          note,
        });
        requireFinite(found);
        const content = { step: state.step, measured: found } satisfies z.input<typeof measuredFile>;
        await writeFileAtomically(fileOf(folder, name), `${JSON.stringify(content, undefined, 2)}\n`);
      } finally {
        lock.release();
      }
    } catch (error) {
      numFailed++;
      note(`${run.name} cannot be measured: ${reasonOf(error)}`);
    }
  }
  return numFailed;
}

function requireFinite(found: Measured): void {
  const [name, value] = Object.entries(found).find(([, each]) => !Number.isFinite(each)) ?? [];
  if (name !== undefined) throw new RangeError(`${name} is ${value}, expected a finite number.`);
}

function fileOf(folder: string, name: string): string {
  return join(folder, `measured-${name}.json`);
}
