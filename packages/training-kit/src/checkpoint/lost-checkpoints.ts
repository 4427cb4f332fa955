// A run that has made progress and has no step file to go on from: its checkpoints are lost or out of reach, and
// starting at step 0 would erase what is left of it.
import { lstat, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../errors.js';
import type { RunRecord } from '../run/run-record.js';
import { BEST_FILE, readBest } from './checkpoint.js';

/**
 * To be called where no step file was found.
 *
 * @param numLogged lines of the run's metrics
 * @throws DataError when there must have been one: the record says so, the best one is there, the folder of checkpoints
 *   is a link to nowhere, or more was logged than a run logs before its first
 */
export async function checkProgressKept(
  folder: string,
  checkpoints: string,
  { config, isSaved }: Pick<RunRecord, 'config' | 'isSaved'>,
  numLogged: number,
): Promise<void> {
  const target = await danglingTarget(checkpoints);
  const best = target === undefined ? await readBest(checkpoints).catch(() => undefined) : undefined;
  const interval = config.checkpointEvery;
  const mustHaveSaved = isSaved === true || (typeof interval === 'number' && numLogged > 2 * interval);
  if (target === undefined && best === undefined && !mustHaveSaved) return;
  const gone =
    target === undefined
      ? `${checkpoints} holds no checkpoint of a step`
      : `${checkpoints} is a link to ${target}, which is not there; is a disk not mounted?`;
  const mend =
    best === undefined
      ? 'Put the files back, or start a new run in a new folder.'
      : `${join(checkpoints, BEST_FILE)} is there, of step ${best.step}: add --from-step ${best.step} to go on ` +
        'from it.';
  throw new DataError(
    checkpoints,
    `Cannot resume ${folder}: it has made steps, and ${gone}${target === undefined ? '. ' : ' '}${mend}`,
  );
}

/** Where a link leads that leads nowhere; undefined for all else. */
async function danglingTarget(path: string): Promise<string | undefined> {
  const isLink = await lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  if (!isLink) return undefined;
  return stat(path).then(
    () => undefined,
    () => readlink(path),
  );
}
