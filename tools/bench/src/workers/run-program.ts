// Runs a program to its end: python3, pip and the compiler.
import { execFile } from 'node:child_process';

/** How a program ended. */
export interface ProgramEnd {
  readonly isOk: boolean;
  /** There is no such program. */
  readonly isMissing: boolean;
  /** Standard output and error, one behind the other. */
  readonly output: string;
}

/** Runs programs; tests replace it. Never rejects: the caller words the error. */
export type RunProgram = (command: string, args: readonly string[]) => Promise<ProgramEnd>;

const MAX_OUTPUT = 64 * 1024 * 1024;

export const runProgram: RunProgram = (command, args) =>
  new Promise((resolve) => {
    execFile(command, args, { maxBuffer: MAX_OUTPUT }, (error, stdout, stderr) => {
      resolve({ isOk: error === null, isMissing: error?.code === 'ENOENT', output: `${stdout}\n${stderr}`.trim() });
    });
  });

/** The last lines of an output, where a program says what went wrong. */
export function lastLines(output: string, count: number): string {
  return output.split('\n').slice(-count).join('\n');
}
