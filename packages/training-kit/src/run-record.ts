// config.json of a run folder: what the run was told to do, and each start of it with the facts of its moment.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { writeFileAtomically } from './atomic-file.js';
import { parseDataIdentity, type DataIdentity } from './data-identity/identity.js';
import { ConfigError, DataError } from './errors.js';
import { isJsonObject, stableJson, toJson, toJsonObject, type JsonObject, type JsonValue } from './json.js';
import { parseJsonBytes } from './json-text.js';
import { gitState, systemFacts } from './system-facts.js';

export interface RunRecord {
  readonly config: JsonObject;
  readonly seed: number | string;
  /** The first start and each resumption, in order: time, command, commit, backend, system. */
  readonly starts: readonly JsonObject[];
  /** What it was trained on at its last start; left out by older versions, and until the data was read. */
  readonly data?: DataIdentity;
}

/** The facts of a start of this process. `git` is null outside a repository. */
export async function describeStart(backend: object, startedAtMs: number): Promise<JsonObject> {
  const [script, ...words] = process.argv.slice(1);
  return {
    startedAt: new Date(startedAtMs).toISOString(),
    command: ['node', ...(script === undefined ? [] : [relative(process.cwd(), script)]), ...words],
    git: toJson((await gitState(process.cwd())) ?? null, 'git'),
    backend: toJsonObject(backend, 'backend'),
    system: toJsonObject(systemFacts(), 'system'),
  };
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
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing) {
      throw new DataError(file, `There is no ${file}: name the folder of a run, or start one.`, { cause: error });
    }
    const why = error instanceof Error ? error.message : String(error);
    throw new DataError(file, `Cannot read the run's record ${file}: ${why}`, { cause: error });
  }
  const { config, seed, starts, data: described } = isJsonObject(value) ? value : {};
  const isSeed = typeof seed === 'number' || typeof seed === 'string';
  if (!isJsonObject(config) || !isSeed || !Array.isArray(starts) || !starts.every(isJsonObject)) {
    throw new DataError(file, `${file} is no record of a run: expected an object with config, seed and starts.`);
  }
  const data = parseDataIdentity(described);
  if (described !== undefined && data === undefined) {
    throw new DataError(file, `${file} is no record of a run: what it says of the data, under data, makes no sense.`);
  }
  return { config, seed, starts, ...(data === undefined ? {} : { data }) };
}

/**
 * Refuses to go on with settings other than before.
 *
 * @param mayChange keys that may differ; a key covers what lies below it
 * @throws ConfigError listing the keys that differ, with both values
 */
export function checkUnchanged(
  folder: string,
  before: JsonObject,
  now: JsonObject,
  mayChange: readonly string[],
): void {
  const [old, current] = [leavesOf(before), leavesOf(now)];
  const isAllowed = (path: string) => mayChange.some((key) => path === key || path.startsWith(`${key}.`));
  const changed = [...new Set([...old.keys(), ...current.keys()])].filter(
    (path) => old.get(path) !== current.get(path) && !isAllowed(path),
  );
  if (changed.length === 0) return;
  const lines = changed.map(
    (path) => `  ${path}: was ${old.get(path) ?? 'not set'}, is ${current.get(path) ?? 'not set'}`,
  );
  const allowed = mayChange.length === 0 ? 'no settings' : mayChange.join(', ');
  throw new ConfigError(
    changed[0] ?? '',
    `Cannot resume ${folder}: the settings differ from those it was started with.\n${lines.join('\n')}\n` +
      `Give the old values, or start a new run in a new folder. Free to change on resume: ${allowed}.`,
  );
}

/** Path of each value that is no object -> the value as JSON. */
function leavesOf(object: JsonObject, prefix = ''): Map<string, string> {
  const leaves = new Map<string, string>();
  for (const [key, value] of Object.entries(object)) {
    if (!isJsonObject(value)) leaves.set(prefix + key, stableJson(value));
    else for (const [path, leaf] of leavesOf(value, `${prefix}${key}.`)) leaves.set(path, leaf);
  }
  return leaves;
}
