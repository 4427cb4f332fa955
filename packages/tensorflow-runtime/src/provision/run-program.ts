// Runs another program to its end and keeps what it said: python3, pip, compilers.
import { spawn } from 'node:child_process';

export interface ProgramResult {
  /** The exit code; null when the program was ended by a signal or could not be started at all. */
  readonly code: number | null;
  /** There is no such program, or it may not be run. */
  readonly isMissing: boolean;
  /** Standard output and error, as they came. */
  readonly output: string;
}

/** Runs programs; tests replace it. Never rejects for a program that fails: the caller words that error. */
export type RunProgram = (command: string, args: readonly string[]) => Promise<ProgramResult>;

export interface ProgramOptions {
  /** Default: this process's own environment. */
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** Never rejects for a program that fails. Rejects when `signal` aborts, with its reason. */
export function runProgram(
  command: string,
  args: readonly string[],
  { env, signal }: ProgramOptions = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(command, args, { env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    const keep = (chunk: Buffer): void => void chunks.push(chunk);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const stop = (): void => void child.kill('SIGTERM');
    signal?.addEventListener('abort', stop, { once: true });
    const finish = (code: number | null, isMissing: boolean): void => {
      signal?.removeEventListener('abort', stop);
      if (signal?.aborted === true) reject(abortError(signal));
      else resolve({ code, isMissing, output: Buffer.concat(chunks).toString('utf8').trim() });
    };
    // 'close' also follows 'error'; the promise keeps the first answer.
    child.once('error', (error: NodeJS.ErrnoException) => {
      finish(null, error.code === 'ENOENT' || error.code === 'EACCES');
    });
    child.once('close', (code) => {
      finish(code, false);
    });
  });
}

function abortError(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('Stopped.', { cause: signal.reason });
}

/** The last `count` lines of a program's output, which is where it says what went wrong. */
export function lastLines(output: string, count: number): string {
  return output.split('\n').slice(-count).join('\n');
}
