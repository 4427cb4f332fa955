// The folder of a new run: its name, and making it.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf } from '../errors.js';
import { writeError } from '../files/write-error.js';

/**
 * Name of a new run's folder, below the current one: `runs/classification/20260131-174502-quick`. Sorted by name is
 * sorted by time.
 */
export function createRunFolderName(app: string, preset: string, now: Date): string {
  const [date = '', time = ''] = now.toISOString().split(/[T.]/);
  return join('runs', app, `${date.replaceAll('-', '')}-${time.replaceAll(':', '')}-${preset}`);
}

/**
 * Makes an empty folder `name`, or `name-2`, `name-3`, … where starts of the same second have taken it.
 *
 * @returns its path
 * @throws DataError when it cannot be made
 */
export function makeRunFolder(name: string): string {
  try {
    mkdirSync(dirname(name), { recursive: true }); // apart: a file in its place is EEXIST too
  } catch (error) {
    throw writeError(name, error);
  }
  for (let count = 1; ; count++) {
    const folder = count === 1 ? name : `${name}-${count}`;
    try {
      mkdirSync(folder); // fails where it is there: of two processes one makes it
      return folder;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw writeError(folder, error);
    }
  }
}
