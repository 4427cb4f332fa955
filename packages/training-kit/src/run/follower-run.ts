// The run of a worker that does not lead: it writes nothing, its weights come from the leader.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainedData } from '../data-identity/trained-data.js';
import { RECORD, type Run, trainedDataIn } from './run-folder.js';
import { readRunRecord } from './run-record.js';

/**
 * @param resume folder of the run that is gone on with, read for what its network was trained on; null for a new run
 * @throws DataError or ConfigError for a folder that cannot be read here, or is none of a run
 */
export async function openFollowerRun({ resume }: { readonly resume: string | null }): Promise<Run> {
  const nowhere = () => new Error('A worker that does not lead writes nothing.');
  return {
    folder: '',
    trainedData: resume === null ? { kind: 'none' } : await trainedDataOf(resume),
    keepData: () => Promise.resolve(),
    resume: () => Promise.resolve(undefined),
    keepStart: () => Promise.resolve(),
    keepEnd: () => Promise.resolve(),
    log(step, { loss }) {
      if (loss !== undefined && !Number.isFinite(loss)) {
        throw new RangeError(`The loss is ${loss} at step ${step}; worker 0 says how to go on.`);
      }
    },
    logImage: () => undefined,
    note: () => undefined,
    save: () => Promise.reject(nowhere()),
    history: () => [],
    changes: () => [],
    starts: () => [],
    close: () => undefined,
  };
}

async function trainedDataOf(folder: string): Promise<TrainedData> {
  const record = await readRunRecord(join(folder, RECORD));
  return trainedDataIn(folder, record, existsSync(join(folder, 'checkpoints')));
}
