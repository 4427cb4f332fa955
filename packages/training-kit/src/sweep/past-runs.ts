// Runs that were made at some time, by whichever command: found by their folders, and set beside each other by the settings in
// which they differ.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { codeOf, DataError, reasonOf } from '../errors.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.js';
import { differingSettings, shown } from '../run/resume-rules.js';
import { readRunRecord, type RunRecord } from '../run/run-record.js';
import type { Axis } from './axes.js';
import type { SweptRun } from './outcome.js';
import { type RunState, stateInFolder } from './run-state.js';

/** A run's folder and what is in it. */
export interface PastRun {
  readonly folder: string;
  readonly record: RunRecord;
  readonly state: RunState;
}

const RECORD = 'config.json';
/** runs/APP/experiments/NAME/RUN, and one more. */
const MAX_DEPTH = 6;

/**
 * The runs in `folder` and below it, by name; `folder` may be that of one run.
 *
 * @param onUnreadable hears of what has a `config.json` that is no record of a run, or a log that cannot be read
 * @throws DataError when there is no such folder
 */
export async function readPastRuns(folder: string, onUnreadable: (line: string) => void): Promise<PastRun[]> {
  const runs: PastRun[] = [];
  for (const each of await runFolders(folder, MAX_DEPTH)) {
    try {
      const record = await readRunRecord(join(each, RECORD));
      runs.push({ folder: each, record, state: await stateInFolder(each, record) });
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      onUnreadable(reasonOf(error));
    }
  }
  return runs;
}

/** A run's own folders are not looked into. */
async function runFolders(folder: string, depth: number): Promise<string[]> {
  if (existsSync(join(folder, RECORD))) return [folder];
  if (depth === 0) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (depth < MAX_DEPTH && codeOf(error) === 'EACCES') return [];
    throw new DataError(folder, `Cannot look for runs in ${folder}: ${reasonOf(error)}`, { cause: error });
  });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const found = await Promise.all(names.sort().map((name) => runFolders(join(folder, name), depth - 1)));
  return found.flat();
}

/** Where a run was made and how it is saved, which says nothing of what comes out. */
const ofTheMachine = ['numWorkers', 'checkpointEvery', 'keepCheckpoints', 'preset'];

/**
 * Runs by the settings in which they differ: those stand where a sweep has its axes.
 *
 * @returns the runs in the order given, and an axis a setting; `name` of a run is its folder's
 */
export function byDifferingSettings(runs: readonly PastRun[]): {
  readonly axes: readonly Axis[];
  readonly runs: readonly SweptRun[];
} {
  const configs = runs.map(({ record }) => record.config);
  const keys = settingsThatDiffer(configs).filter((key) => !ofTheMachine.includes(key));
  const axes = keys.map((key) => ({
    key,
    flag: key,
    values: [...new Set(configs.map((config) => textOf(valueAt(config, key))))],
  }));
  const compared = runs.map(({ folder, record, state }): SweptRun => {
    const values = new Map(keys.map((key) => [key, textOf(valueAt(record.config, key))]));
    return { run: { name: basename(folder), folder, values }, state };
  });
  return { axes, runs: compared };
}

/** In the order in which the first run that has them has them. */
function settingsThatDiffer(configs: readonly JsonObject[]): string[] {
  const [first = {}, ...others] = configs;
  const differing = others.flatMap((config) => differingSettings(first, config, {}).map(({ setting }) => setting));
  return [...new Set(differing)];
}

/** @param path keys with dots between levels, as `differingSettings` gives them */
function valueAt(config: JsonObject, path: string): JsonValue | undefined {
  return path.split('.').reduce<JsonValue | undefined>((value, key) => {
    return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }, config);
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined) return '—';
  return typeof value === 'string' ? value : shown(value);
}
