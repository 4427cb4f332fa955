// How runs are named and found again.
import { join } from 'node:path';
import type { JsonObject } from './json.js';
import { readRunRecord } from './run-record.js';

/**
 * A new run's folder, below the current one: `runs/classification/20260131-174502-quick`. Sorted by name is sorted by
 * time; two starts within one second get the same name, and the second is refused by `openRun`.
 */
export function createRunFolderName(app: string, preset: string, now: Date): string {
  const [date = '', time = ''] = now.toISOString().split(/[T.]/);
  return join('runs', app, `${date.replaceAll('-', '')}-${time.replaceAll(':', '')}-${preset}`);
}

/** The resolved config that `folder`'s run was started with. @throws DataError when it is no run's folder */
export async function readRunConfig(folder: string): Promise<JsonObject> {
  return (await readRunRecord(join(folder, 'config.json'))).config;
}
