// Runs in a folder that is gone after each test, with a clock that stands and lines that are kept.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { ConfigError } from '../src/errors.js';
import { openRun, type Run, type RunOptions } from '../src/run/run-folder.js';

interface StoredRecord {
  readonly config: object;
  readonly seed: number;
  readonly starts: object[];
  readonly changes: object[];
}

/** For the tests of one file. */
export function openedRuns() {
  let parent = '';
  /** What the runs of the test at hand know and say. */
  const here: { timeMs: number; printed: string[] } = { timeMs: 0, printed: [] };
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'run-folder-'));
    here.timeMs = 0;
    here.printed = [];
  });
  afterEach(() => {
    rmSync(parent, { recursive: true });
  });

  /** A path in the test's folder; that folder itself without names. */
  const file = (...path: string[]): string => join(parent, ...path);

  return {
    here,
    file,

    /** Opens the run `name`. */
    open: (name: string, resume = false, more: Partial<RunOptions> = {}): Promise<Run> =>
      openRun({
        folder: file(name),
        config: { numSteps: 10, optimizer: { kind: 'sgd', momentum: 0.9 } },
        seed: 1,
        backend: { name: 'cpu' },
        resume,
        print: (line) => here.printed.push(line.replaceAll(parent, 'PARENT')),
        now: () => here.timeMs,
        ...more,
      }),

    /** What the record of the run `name` says. */
    recordOf: (name: string): StoredRecord =>
      JSON.parse(readFileSync(file(name, 'config.json'), 'utf8')) as StoredRecord,

    /** The message of the ConfigError that `promise` ends in, with the test's folder as PARENT. */
    messageOf: async (promise: Promise<unknown>): Promise<string> => {
      const error: unknown = await promise.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(ConfigError);
      return (error as ConfigError).message.replaceAll(parent, 'PARENT');
    },
  };
}
