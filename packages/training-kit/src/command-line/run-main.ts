// How a program ends: what of an error is printed, and with which exit code.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { CommanderError } from 'commander';
import { ConfigError, WorkersLost } from '../errors.js';
import { lostOutput, outliveStreams } from './terminal.js';

/** Of a program that is to be started once more and will go on then. */
export const START_AGAIN_EXIT_CODE = 75;

/** Exit code for a program that ended with `error`: 2 for a wrong call, 75 to start again, 0 after `--help`, 1 for all else. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return 2;
  if (error instanceof WorkersLost) return START_AGAIN_EXIT_CODE;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return 1;
}

/** What a caller may replace in `runMain`; the default is this process. */
export interface MainContext {
  /** Receives whole lines for standard error. */
  readonly write: (text: string) => void;
  readonly setExitCode: (code: number) => void;
  /** Prints the stack and the causes as well: the environment variable DEBUG is set. */
  readonly isDebug: boolean;
}

const thisProcess: MainContext = {
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
export async function runMain(main: () => Promise<void>, context: MainContext = thisProcess): Promise<void> {
  outliveStreams([process.stdout, process.stderr]);
  try {
    await main();
    await nextTurn(); // a write's failure is told afterwards
    const lost = lostOutput();
    if (lost !== undefined) throw lost;
  } catch (error) {
    const exitCode = exitCodeOf(error);
    context.setExitCode(exitCode);
    if (exitCode === 0) return;
    if (context.isDebug) context.write(`${inspect(error)}\n`);
    else context.write(`${error instanceof Error ? error.message : inspect(error)}\n`);
  }
}
