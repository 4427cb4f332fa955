// What a program prints to: a terminal that may be closed, a pipe whose reader leaves, a file on a disk that fills up.
// None of these ends a program; output that somebody waited for and did not get is remembered.
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { isatty } from 'node:tty';

/** The part of a stream that tells its width. */
interface Width {
  readonly columns?: number;
}

/** Characters in a line; 80 for a stream that does not know, as a terminal of no columns says. */
export function terminalColumns({ columns }: Width): number {
  return columns === undefined || columns < 1 ? 80 : columns;
}

/** Standard input, output and error, as far as they are terminals when the program begins. */
const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
let lost: Error | undefined;

/** Writing to `streams` may fail from now on. What could not be written is gone. */
export function outliveStreams(streams: readonly NodeJS.WritableStream[]): void {
  for (const stream of streams) {
    if (!stream.listeners('error').includes(outlive)) stream.on('error', outlive);
  }
  if (!process.listeners('exit').includes(leaveClosedTerminals)) process.on('exit', leaveClosedTerminals);
}

/** The first failure that took output from someone who still waits for it; a closed terminal or pipe waits no longer. */
export function lostOutput(): Error | undefined {
  return lost;
}

/** For programs that keep elsewhere what they print. */
export function forgetLostOutput(): void {
  lost = undefined;
}

function outlive(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE' || error.code === 'EIO' || error.syscall === 'getWindowSize') return;
  const why = error.code === 'ENOSPC' ? 'the disk is full' : error.message;
  lost ??= new Error(`Cannot write all output: ${why}.`, { cause: error });
}

/** At its end Node sets terminals back to what they were, and aborts where one is no more: 134 in place of the exit code. */
function leaveClosedTerminals(): void {
  try {
    for (const descriptor of terminals.filter((open) => !isatty(open))) {
      closeSync(descriptor);
      openSync(devNull, 'r+'); // the lowest number that is free, so the same
    }
  } catch {
    // As it was.
  }
}
