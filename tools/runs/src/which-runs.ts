// Which runs are meant: all in a folder, or those whose path has one of some words.
import { pathText } from 'training-kit';
import { ConfigError } from 'training-kit/errors';
import { type PastRun, readPastRuns } from 'training-kit/sweep';
import { z } from 'zod';

export const whichRuns = {
  folder: pathText().default('runs').describe('folder with runs, at whatever depth, or that of one'),
  only: z.array(z.string()).default([]).describe('words: runs whose path has one of them; none: all'),
};

/** What `whichRuns` asks for. */
export interface WhichRuns {
  readonly folder: string;
  readonly only: readonly string[];
}

/** @throws DataError when there is no such folder; ConfigError when it has no such run */
export async function findRuns({ folder, only }: WhichRuns, note: (line: string) => void): Promise<readonly PastRun[]> {
  const all = await readPastRuns(folder, (line) => {
    note(`Left out: ${line}`);
  });
  if (all.length === 0) {
    throw new ConfigError('folder', `There is no run in ${folder}. Name a folder with runs with --folder.`);
  }
  const found = only.length === 0 ? all : all.filter((run) => only.some((word) => run.folder.includes(word)));
  if (found.length === 0) {
    throw new ConfigError(
      'only',
      `None of the ${all.length} runs in ${folder} has ${only.join(' or ')} in its path. runs:list without --only shows all.`,
    );
  }
  return found;
}
