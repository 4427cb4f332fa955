// Runs another program to its end and keeps what it said; used for python3, pip and the compiler.
import { spawn } from 'node:child_process';

export interface CommandResult {
  /** The exit code; null when the program was ended by a signal or could not be started at all. */
  readonly code: number | null;
  readonly isMissing: boolean;
  readonly output: string;
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** Never rejects for a program that fails: the caller words that error. Rejects when `signal` aborts. */
export function runCommand(
  command: string,
  args: readonly string[],
  { env, signal }: CommandOptions = {},
): Promise<CommandResult> {
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
