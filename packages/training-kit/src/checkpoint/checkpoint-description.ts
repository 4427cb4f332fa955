// What a checkpoint says beside its tensors: step, config, the trainer's own numbers, as the JSON text that its file keeps.
import type { SafetensorsTensor } from 'rpg-core';
import { type DataIdentity, parseDataIdentity } from '../data-identity/identity.js';
import { DataError } from '../errors.js';
import { isCount, isJsonObject, jsonHash, type JsonObject, parseJson, toJsonObject } from '../json/json.js';

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

/** What a file holds beside what the trainer wants back. */
export interface CheckpointDescription {
  /** The run's resolved config; {} when left out. */
  readonly config?: object;
  /** Lines that the run's metrics log has: a resumed run drops later ones. */
  readonly numLogged?: number;
  /** What the network was trained on. */
  readonly data?: DataIdentity;
}

const FORMAT_VERSION = 1;

/** @throws TypeError for what JSON cannot hold */
export function describeCheckpoint(
  step: number,
  metadata: object,
  { config = {}, numLogged, data }: CheckpointDescription,
): string {
  const ownConfig = toJsonObject(config, 'config');
  return JSON.stringify({
    formatVersion: FORMAT_VERSION,
    step,
    config: ownConfig,
    configHash: jsonHash(ownConfig),
    metadata: toJsonObject(metadata, 'metadata'),
    ...(numLogged === undefined ? {} : { numLogged }),
    ...(data === undefined ? {} : { data: toJsonObject(data, 'data') }),
  });
}

/** What `describeCheckpoint` wrote. @throws DataError naming `file` for text that is something else */
export function readDescription(file: string, text: string): Omit<Checkpoint, 'file' | 'tensors'> {
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
    ...{ step, config, configHash, metadata: own },
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

/** The error for a checkpoint that cannot be believed. @param why a sentence */
export function damaged(file: string, why: string, cause?: unknown): DataError {
  return new DataError(file, `The checkpoint ${file} is damaged: ${why} Use an older one.`, { cause });
}
