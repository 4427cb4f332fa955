// What goes wrong in front of a user: the two error classes of the house, and the door through which a program ends.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { CommanderError } from 'commander';
import { lostOutput, outliveStreams } from './command-line/terminal.js';

/** A setting that cannot be: wrong value, unknown key, flags that contradict. The program was called wrongly: exit 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** Path of the key at fault, dots between levels, as in `data.folder`; empty when no single key is. */
  readonly key: string;

  /** @param message what is wrong, what was expected and how to mend it; printed as it stands */
  constructor(key: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.key = key;
  }
}

/** A file that cannot be read, written or believed: exit 1. */
export class DataError extends Error {
  override readonly name = 'DataError';
  /** The file or folder at fault. */
  readonly file: string;

  /** @param message what is wrong, what was expected and how to mend it; printed as it stands */
  constructor(file: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.file = file;
  }
}

/** Exit code for a program that ended with `error`: 2 for a wrong call, 0 after `--help`, 1 for all else. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return 2;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return 1;
}

/** What a caller may replace in `runMain`; the default is this process. */
export interface MainSurroundings {
  /** Receives whole lines for standard error. */
  readonly write: (text: string) => void;
  readonly setExitCode: (code: number) => void;
  /** Prints the stack and the causes as well: the environment variable DEBUG is set. */
  readonly isDebug: boolean;
}

const thisProcess: MainSurroundings = {
  write: (text) => process.stderr.write(text),
  setExitCode: (code) => {
    process.exitCode = code;
  },
  isDebug: (process.env.DEBUG ?? '') !== '',
};

/**
 * Runs a program: a failure becomes its message alone on standard error (with DEBUG set: stack and causes) and an exit
 * code, and so does output that was lost, on a full disk for instance. Does not call `process.exit`, so that output still
 * in pipes is not lost; a code that `main` set itself stays.
 */
export async function runMain(main: () => Promise<void>, surroundings: MainSurroundings = thisProcess): Promise<void> {
  outliveStreams([process.stdout, process.stderr]);
  try {
    await main();
    await nextTurn(); // a write's failure is told afterwards
    const lost = lostOutput();
    if (lost !== undefined) throw lost;
  } catch (error) {
    const exitCode = exitCodeOf(error);
    surroundings.setExitCode(exitCode);
    if (exitCode === 0) return;
    if (surroundings.isDebug) surroundings.write(`${inspect(error)}\n`);
    else surroundings.write(`${error instanceof Error ? error.message : inspect(error)}\n`);
  }
}
