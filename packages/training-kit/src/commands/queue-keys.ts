// Keys in a queue of runs. A run knows the digest of its key and not where the key is, so that its folder can be given away: the
// command names the file.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { ConfigError } from '../errors.js';
import { readRunConfig } from '../run/run-record.js';
import type { PlannedRun } from '../sweep/planned-run.js';
import { checkKey, type Key, KEY_DIGEST, readKey } from '../weights/key-file.js';
import type { CommonSettings, NetworkCommandSpec } from './training.js';

/**
 * The key file that a run is trained or measured with: that of the command where the run began with a key or begins now, a
 * second training as the run that it begins from; null where its weights come from its seed, and where nothing is drawn.
 */
export async function keyFileOf<Config extends CommonSettings>(
  { whyNoKey }: Pick<NetworkCommandSpec<Config>, 'whyNoKey'>,
  run: PlannedRun<z.output<Config>>,
  keyFile: string | null,
): Promise<string | null> {
  if (whyNoKey(run.config) !== undefined) return null;
  const isBegun = hasRecord(run.folder);
  if (!isBegun && run.beginsFrom !== undefined) return keyFileOf({ whyNoKey }, run.beginsFrom, keyFile);
  return !isBegun || (await isKeyed(run.folder)) ? keyFile : null;
}

/** Whether a run's weights were drawn from a key. */
export async function isKeyed(folder: string): Promise<boolean> {
  return Object.hasOwn(await readRunConfig(folder), KEY_DIGEST);
}

interface KeyCheck<Config> {
  /** Of the queue. */
  readonly runs: readonly PlannedRun<Config>[];
  /** Those of them that are to be trained or measured. */
  readonly toDo: readonly PlannedRun<Config>[];
  readonly keyFile: string | null;
  readonly note: (line: string) => void;
}

/**
 * Before anything is trained: that the key is at hand of each run that is to be gone on with, begun from or measured.
 *
 * @throws ConfigError for a key that is missing, is another one, or has no effect; DataError for a file that is gone or holds none
 */
export async function checkKeys<Config extends CommonSettings>(
  { whyNoKey }: Pick<NetworkCommandSpec<Config>, 'whyNoKey'>,
  { runs, toDo, keyFile, note }: KeyCheck<z.output<Config>>,
): Promise<void> {
  const [reason, ...others] = runs.map(({ config }) => whyNoKey(config));
  if (keyFile !== null && reason !== undefined && !others.includes(undefined)) {
    throw new ConfigError('keyFile', `--key-file has no effect: ${reason}. Leave it out.`);
  }
  let key: Key | undefined;
  for (const run of toDo) {
    const { folder } = hasRecord(run.folder) ? run : (run.beginsFrom ?? run);
    if (!hasRecord(folder) || !(await isKeyed(folder))) continue;
    if (keyFile !== null) key ??= await readKey(keyFile, note);
    checkKey(folder, await readRunConfig(folder), key);
  }
}

function hasRecord(folder: string): boolean {
  return existsSync(join(folder, 'config.json'));
}
