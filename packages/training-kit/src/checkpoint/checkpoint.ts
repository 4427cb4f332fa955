// The checkpoints of a run: one file each, written whole or not at all.
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, ConfigError, DataError, reasonOf } from '../errors.js';
import { removeLeftovers, writeFileAtomically } from '../files/atomic-file.js';
import { writeError } from '../files/write-error.js';
import type { Checkpoint, CheckpointContent, CheckpointDescription } from './checkpoint-description.js';
import { checkpointPieces, readCheckpointFile, UnreadableCheckpoint } from './checkpoint-file.js';

export type { Checkpoint, CheckpointContent } from './checkpoint-description.js';

export interface CheckpointOptions extends CheckpointDescription {
  /** How many step files to keep, the newest and at least the one before it; `best.safetensors` is kept apart. */
  readonly keepLast: number;
  /** Also writes this checkpoint as `best.safetensors`. */
  readonly isBest?: boolean;
}

const stepFile = /^step-(\d{8,})\.safetensors$/;
export const BEST_FILE = 'best.safetensors';
/** Behind the names of checkpoints of which a run has stepped back. */
const ASIDE = '.aside';

/**
 * Writes `folder/step-00001234.safetensors`, making the folder when needed, then removes step files beyond `keepLast`
 * and what killed writers left. The best file is written first: whoever resumes from the step file finds it in place.
 *
 * @returns the file's path
 * @throws DataError when it cannot be written; older checkpoints are then still there
 */
export async function writeCheckpoint(
  folder: string,
  step: number,
  content: CheckpointContent,
  options: CheckpointOptions,
): Promise<string> {
  if (!Number.isSafeInteger(step) || step < 0) throw new RangeError(`Checkpoint step is ${step}, expected 0, 1, 2, ….`);
  if (!Number.isSafeInteger(options.keepLast) || options.keepLast < 1) {
    throw new RangeError(`keepLast is ${options.keepLast}, expected a whole number, at least 1.`);
  }
  const pieces = checkpointPieces(step, content, options);
  await makeFolder(folder);
  await removeLeftovers(folder);
  if (options.isBest === true) await writeFileAtomically(join(folder, BEST_FILE), pieces);
  const file = join(folder, stepFileName(step));
  await writeFileAtomically(file, pieces);
  const others = (await stepFiles(folder)).filter((other) => other.step < step);
  // Weights of which no loss is known yet may be a dead end. Those before them had a finite one: they stay.
  for (const old of others.slice(Math.max(1, options.keepLast - 1))) await rm(old.file, { force: true });
  return file;
}

/**
 * Reads a checkpoint.
 *
 * @param path the file; or the folder of a run, or of its checkpoints, for the best one, and without that the newest
 * @throws DataError when the file cannot be read, is damaged, is no checkpoint or of a version unknown here
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  return readCheckpointFile(await checkpointFile(path));
}

async function checkpointFile(path: string): Promise<string> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return path;
  for (const folder of [join(path, 'checkpoints'), path]) {
    const best = join(folder, BEST_FILE);
    if (existsSync(best)) return best;
    const newest = savedSteps(folder).at(-1);
    if (newest !== undefined) return join(folder, stepFileName(newest));
  }
  throw new DataError(
    path,
    `Cannot read the checkpoint ${path}: it is a folder without one. Name the folder of a run, or a file of its ` +
      'checkpoints.',
  );
}

/** A checkpoint that was passed over, and why. */
export type OnDamaged = (file: string, error: DataError) => void;

/**
 * Reads the newest sound checkpoint of `folder`; undefined when there is none at all.
 *
 * @param onDamaged hears of each newer checkpoint that is damaged
 * @throws DataError when there are checkpoints and all are damaged
 */
export async function latestCheckpoint(folder: string, onDamaged: OnDamaged): Promise<Checkpoint | undefined> {
  const files = await stepFiles(folder);
  let newestError: DataError | undefined;
  for (const { file } of files) {
    try {
      return await readCheckpointFile(file);
    } catch (error) {
      // A file that cannot be read at all may be sound: no falling back.
      if (!(error instanceof DataError) || error instanceof UnreadableCheckpoint) throw error;
      newestError ??= error;
      onDamaged(file, error);
    }
  }
  if (newestError === undefined) return undefined;
  const best = await readBest(folder).catch(() => undefined);
  const mend =
    best === undefined
      ? 'start a new run in a new folder'
      : `${BEST_FILE} is sound, of step ${best.step}: add --from-step ${best.step} to go on from it`;
  throw new DataError(
    folder,
    `None of the ${files.length} checkpoints in ${folder} can be used; ${mend}.\n${newestError.message}`,
    { cause: newestError },
  );
}

/**
 * Reads the checkpoint of one step: its step file, or `best.safetensors` where that is of this step.
 *
 * @throws ConfigError naming the steps that there are; DataError for one that is damaged
 */
export async function checkpointOfStep(folder: string, step: number): Promise<Checkpoint> {
  const files = await stepFiles(folder);
  const found = files.find((file) => file.step === step);
  if (found !== undefined) return readCheckpoint(found.file);
  const best = await readBest(folder);
  if (best?.step === step) return best;
  const steps = files.map((file) => String(file.step)).reverse();
  if (best !== undefined && !files.some((file) => file.step === best.step)) steps.push(`${best.step} (${BEST_FILE})`);
  throw new ConfigError('fromStep', `There is no checkpoint of step ${step} in ${folder}. ${choiceOf(steps)}`);
}

/** What may be given in place of a step without a checkpoint. @param steps those that there are */
function choiceOf(steps: readonly string[]): string {
  const [first, ...others] = steps;
  if (first === undefined) return 'There is none at all.';
  if (others.length === 0) return `There is one, of step ${first}: pass that to --from-step.`;
  return `There are those of steps ${steps.join(', ')}: pass one of these to --from-step.`;
}

/**
 * Renames what is of later steps than `step`, so that it is in nobody's way and not lost.
 *
 * @returns whether the best one was among it
 */
export async function putAsideAfter(folder: string, step: number): Promise<boolean> {
  for (const later of await stepFiles(folder)) {
    if (later.step > step) await rename(later.file, `${later.file}${ASIDE}`);
  }
  const best = await readBest(folder).catch(() => 'damaged' as const);
  if (best === undefined || (best !== 'damaged' && best.step <= step)) return false;
  await rename(join(folder, BEST_FILE), join(folder, `${BEST_FILE}${ASIDE}`));
  return true;
}

/** The best checkpoint of `folder`; undefined where there is none. @throws DataError for one that is damaged */
export async function readBest(folder: string): Promise<Checkpoint | undefined> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.includes(BEST_FILE) ? readCheckpoint(join(folder, BEST_FILE)) : undefined;
}

/** Steps that `folder` has a step file of, rising; none when it cannot be read. */
export function savedSteps(folder: string): number[] {
  try {
    return readdirSync(folder)
      .flatMap((name) => stepFile.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}

/** The name of the file that a run's weights of `step` are in. */
export function stepFileName(step: number): string {
  return `step-${String(step).padStart(8, '0')}.safetensors`;
}

/** Step files of `folder`, newest first; none when there is no such folder. */
async function stepFiles(folder: string): Promise<{ step: number; file: string }[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw new DataError(folder, `Cannot read the checkpoints in ${folder}: ${reasonOf(error)}`, { cause: error });
  });
  return names
    .flatMap((name) => {
      const digits = stepFile.exec(name)?.[1];
      return digits === undefined ? [] : [{ step: Number(digits), file: join(folder, name) }];
    })
    .sort((a, b) => b.step - a.step);
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw writeError(folder, error);
  }
}
