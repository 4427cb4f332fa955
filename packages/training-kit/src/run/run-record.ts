// config.json of a run folder: what the run was told to do, each start of it with the facts of its moment, and what was
// set otherwise on the way.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataIdentity, parseDataIdentity } from '../data-identity/identity.js';
import { codeOf, DataError, reasonOf } from '../errors.js';
import { writeFileAtomically } from '../files/atomic-file.js';
import { isCount, isJsonObject, type JsonObject, type JsonValue } from '../json/json.js';
import { parseJsonBytes } from '../json/json-text.js';
import type { SettingChange } from './resume-rules.js';

export interface RunRecord {
  readonly config: JsonObject;
  readonly seed: number | string;
  /** The first start and each resumption, in order: time, host, command, commit, backend, system, and its first step. */
  readonly starts: readonly JsonObject[];
  /** True once a checkpoint was saved: from then on there must be some. Left out by older versions. */
  readonly isSaved?: boolean;
  /** Updates made in all, once the training came to its end; left out by older versions. A start takes it away. */
  readonly finishedStep?: number | undefined;
  /** What it was trained on at its last start; left out by older versions, and until the data was read. */
  readonly data?: DataIdentity;
  /** Settings that resumed starts had otherwise than before, in order of their steps. */
  readonly changes: readonly RecordedChange[];
}

/** From `step` on the run had another value for a setting. */
export interface RecordedChange extends SettingChange {
  /** Updates made before the first one with the new value. */
  readonly step: number;
}

export async function writeRunRecord(file: string, record: RunRecord): Promise<void> {
  await writeFileAtomically(file, `${JSON.stringify(record, undefined, 2)}\n`);
}

/** @throws DataError when the file cannot be read or is no record of a run */
export async function readRunRecord(file: string): Promise<RunRecord> {
  let value: JsonValue;
  try {
    value = parseJsonBytes(await readFile(file)); // people edit it, in editors that leave a mark
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      throw new DataError(file, `There is no ${file}: name the folder of a run, or start one.`, { cause: error });
    }
    throw new DataError(file, `Cannot read the run's record ${file}: ${reasonOf(error)}`, { cause: error });
  }
  const {
    config,
    seed,
    starts,
    isSaved,
    finishedStep,
    changes: listed,
    data: described,
  } = isJsonObject(value) ? value : {};
  const isSeed = typeof seed === 'number' || typeof seed === 'string';
  if (!isJsonObject(config) || !isSeed || !Array.isArray(starts) || !starts.every(isJsonObject)) {
    throw new DataError(file, `${file} is no record of a run: expected an object with config, seed and starts.`);
  }
  const data = parseDataIdentity(described);
  if (described !== undefined && data === undefined) {
    throw new DataError(file, `${file} is no record of a run: what it says of the data, under data, makes no sense.`);
  }
  const changes = Array.isArray(listed) ? listed.flatMap(changeIn) : [];
  return {
    config,
    seed,
    starts,
    changes,
    ...(isSaved === true ? { isSaved } : {}),
    ...(isCount(finishedStep) ? { finishedStep } : {}),
    ...(data === undefined ? {} : { data }),
  };
}

/** The resolved config that `folder`'s run was started with. @throws DataError when it is no run's folder */
export async function readRunConfig(folder: string): Promise<JsonObject> {
  return (await readRunRecord(join(folder, 'config.json'))).config;
}

/** None for what is no change of a setting: it is told to people, nothing else depends on it. */
function changeIn(value: JsonValue): RecordedChange[] {
  if (!isJsonObject(value)) return [];
  const { step, setting, was = null, is = null } = value;
  return typeof step === 'number' && typeof setting === 'string' ? [{ step, setting, was, is }] : [];
}
