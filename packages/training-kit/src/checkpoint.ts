// Checkpoints: one safetensors file each, written whole or not at all, checked by a SHA-256 when read.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeSafetensors, encodeSafetensors, type SafetensorsContent, type SafetensorsTensor } from 'rpg-core';
import { removeLeftovers, writeError, writeFileAtomically } from './atomic-file.js';
import { parseDataIdentity, type DataIdentity } from './data-identity/identity.js';
import { ConfigError, DataError } from './errors.js';
import { reasonOf } from './file-bytes.js';
import { isJsonObject, jsonHash, parseJson, toJsonObject, type JsonObject, type JsonValue } from './json.js';

/** What a trainer wants back. */
export interface CheckpointContent {
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  /** Plain data for all that is no tensor: optimizer scalars, positions. */
  readonly metadata: object;
}

export interface Checkpoint {
  readonly file: string;
  /** Optimizer updates made when it was written. */
  readonly step: number;
  /** The run's resolved config: enough to build the model again. */
  readonly config: JsonObject;
  readonly configHash: string;
  /** Fresh arrays, owned by the caller. */
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  readonly metadata: JsonObject;
  /** As given when it was written. */
  readonly numLogged?: number;
  readonly data?: DataIdentity;
}

export interface CheckpointOptions {
  /** How many step files to keep, the newest and at least the one before it; `best.safetensors` is kept apart. */
  readonly keepLast: number;
  /** Also writes this checkpoint as `best.safetensors`. */
  readonly isBest?: boolean;
  /** The run's resolved config; {} when left out. */
  readonly config?: object;
  /** Lines that the run's metrics log has: a resumed run drops later ones. */
  readonly numLogged?: number;
  /** What the network was trained on. */
  readonly data?: DataIdentity;
}

const FORMAT_VERSION = 1;
const STEP_FILE = /^step-(\d{8,})\.safetensors$/;
const BEST_FILE = 'best.safetensors';
/** Behind the names of checkpoints of which a run has stepped back. */
const ASIDE = '.aside';
/** Keys of the safetensors metadata. */
const CONTENT_KEY = 'checkpoint';
const CHECKSUM_KEY = 'sha256';
/** Stands where the checksum goes while the checksum is computed. */
const NO_CHECKSUM = '0'.repeat(64);

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
  const bytes = encodeCheckpoint(step, content, options);
  await makeFolder(folder);
  await removeLeftovers(folder);
  if (options.isBest === true) await writeFileAtomically(join(folder, BEST_FILE), bytes);
  const file = join(folder, stepFileName(step));
  await writeFileAtomically(file, bytes);
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
  const file = await checkpointFile(path);
  return decodeCheckpoint(file, await readBytes(file));
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
    `Cannot read the checkpoint ${path}: it is a folder without one. Name the folder of a run, or a file of its checkpoints.`,
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
    const bytes = await readBytes(file); // a file that cannot be read at all may be sound: no falling back
    try {
      return decodeCheckpoint(file, bytes);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
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
  if (best !== undefined) steps.push(`${best.step} (${BEST_FILE})`);
  throw new ConfigError(
    'fromStep',
    `There is no checkpoint of step ${step} in ${folder}. ` +
      (steps.length === 0 ? 'There is none at all.' : `There are those of steps ${steps.join(', ')}.`),
  );
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

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new DataError(file, `Cannot read the checkpoint ${file}: ${reasonOf(error)}.`, { cause: error });
  }
}

/** Steps that `folder` has a step file of, rising; none when it cannot be read. */
export function savedSteps(folder: string): number[] {
  try {
    return readdirSync(folder)
      .flatMap((name) => STEP_FILE.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}

function stepFileName(step: number): string {
  return `step-${String(step).padStart(8, '0')}.safetensors`;
}

/** Step files of `folder`, newest first; none when there is no such folder. */
async function stepFiles(folder: string): Promise<{ step: number; file: string }[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    const why = error instanceof Error ? error.message : String(error);
    throw new DataError(folder, `Cannot read the checkpoints in ${folder}: ${why}`, { cause: error });
  });
  return names
    .flatMap((name) => {
      const digits = STEP_FILE.exec(name)?.[1];
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

function encodeCheckpoint(step: number, content: CheckpointContent, options: CheckpointOptions): Uint8Array {
  const config = toJsonObject(options.config ?? {}, 'config');
  const described = {
    formatVersion: FORMAT_VERSION,
    step,
    config,
    configHash: jsonHash(config),
    metadata: toJsonObject(content.metadata, 'metadata'),
    ...(options.numLogged === undefined ? {} : { numLogged: options.numLogged }),
    ...(options.data === undefined ? {} : { data: toJsonObject(options.data, 'data') }),
  };
  const bytes = encodeSafetensors(content.tensors, {
    [CHECKSUM_KEY]: NO_CHECKSUM,
    [CONTENT_KEY]: JSON.stringify(described),
  });
  const view = Buffer.from(bytes.buffer);
  view.write(sha256(view), checksumAt(view, NO_CHECKSUM), 'latin1');
  return bytes;
}

function decodeCheckpoint(file: string, bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = decodeFile(file, bytes);
  const checksum = metadata[CHECKSUM_KEY];
  const text = metadata[CONTENT_KEY];
  if (checksum === undefined || text === undefined || !/^[0-9a-f]{64}$/.test(checksum)) {
    throw new DataError(
      file,
      `${file} is a safetensors file, but no checkpoint of a run. Give a file of checkpoints/.`,
    );
  }
  // The whole file is summed, header included, with zeros where the sum itself stands.
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.write(NO_CHECKSUM, checksumAt(view, checksum), 'latin1');
  if (sha256(view) !== checksum) throw damaged(file, 'its bytes are not those that were written (SHA-256 differs).');

  const {
    formatVersion,
    step,
    config,
    configHash,
    metadata: own,
    numLogged,
    data: described,
  } = parseDescription(file, text);
  if (typeof formatVersion !== 'number') throw damaged(file, 'its description has no format version.');
  if (formatVersion !== FORMAT_VERSION) {
    throw new DataError(
      file,
      `Cannot read ${file}: it is of checkpoint format ${formatVersion}, this program reads ${FORMAT_VERSION}.`,
    );
  }
  if (!isCount(step) || typeof configHash !== 'string' || !isJsonObject(config) || !isJsonObject(own)) {
    throw damaged(file, 'its description lacks step, config or metadata.');
  }
  const data = parseDataIdentity(described);
  if (described !== undefined && data === undefined) throw damaged(file, 'what it says of its data makes no sense.');
  return {
    ...{ file, step, config, configHash, tensors, metadata: own },
    ...(isCount(numLogged) ? { numLogged } : {}),
    ...(data === undefined ? {} : { data }),
  };
}

function parseDescription(file: string, text: string): JsonObject {
  try {
    const described = parseJson(text);
    if (isJsonObject(described)) return described;
  } catch (error) {
    throw damaged(file, 'its description is not JSON, or not ours.', error);
  }
  throw damaged(file, 'its description is not an object.');
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function decodeFile(file: string, bytes: Uint8Array): SafetensorsContent {
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    throw damaged(file, error instanceof Error ? error.message : String(error), error);
  }
}

function damaged(file: string, why: string, cause?: unknown): DataError {
  return new DataError(file, `The checkpoint ${file} is damaged: ${why} Use an older one.`, { cause });
}

/** Offset of the checksum's digits. The metadata is written first: nothing before it can look like it. */
function checksumAt(file: Buffer, digits: string): number {
  return file.indexOf(`"${CHECKSUM_KEY}":"${digits}"`, 8, 'latin1') + CHECKSUM_KEY.length + 4;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
