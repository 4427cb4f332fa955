// Ctrl-C and polite kills: the loop ends at its next step with a checkpoint, a second signal ends the process at once.

/** The part of `process` that is used. */
export interface SignalSource {
  on(signal: InterruptSignal, listener: () => void): unknown;
  off(signal: InterruptSignal, listener: () => void): unknown;
}

export type InterruptSignal = 'SIGINT' | 'SIGTERM';

export interface InterruptOptions {
  /** Receives a line when the first signal comes. */
  readonly note: (text: string) => void;
  /** This process when left out. */
  readonly source?: SignalSource;
  /** Milliseconds; a monotonic clock by default. */
  readonly now?: () => number;
}

export interface Interrupt {
  /** True once a signal came: save a checkpoint and stop. */
  isRequested(): boolean;
  /** Tells how to go on and sets the exit code, once the checkpoint of `step` is written. */
  finish(step: number, resumeCommand: string): void;
  /** Gives signals their usual effect back. */
  stop(): void;
}

/** Exit code of a program that Ctrl-C ended, by convention of shells. */
export const INTERRUPTED_EXIT_CODE = 130;

/** One Ctrl-C may arrive twice: from the terminal, and passed on by a task runner. */
const SAME_REQUEST_MS = 500;
const SIGNALS: readonly InterruptSignal[] = ['SIGINT', 'SIGTERM'];

/**
 * Watches for SIGINT and SIGTERM. Signals are heard when the event loop turns, so the loop must `await` something that
 * lets it, as `prefetchBatches` does once a batch.
 */
export function watchInterrupts({
  note,
  source = process,
  now = () => performance.now(),
}: InterruptOptions): Interrupt {
  let requestedMs: number | undefined;
  const stop = () => {
    for (const signal of SIGNALS) source.off(signal, hear);
  };
  const hear = () => {
    if (requestedMs === undefined) {
      requestedMs = now();
      note('Stopping after this step; a checkpoint will be saved. Once more ends at once, without one.');
      // Without a listener a signal ends the process in the system's way, even while the thread computes. One turn
      // later, so that a signal that waited for a busy thread is still heard below.
      setTimeout(() => setImmediate(stop), SAME_REQUEST_MS).unref();
    } else if (now() - requestedMs > SAME_REQUEST_MS) {
      process.exit(INTERRUPTED_EXIT_CODE);
    }
  };
  for (const signal of SIGNALS) source.on(signal, hear);
  return {
    isRequested: () => requestedMs !== undefined,
    finish(step, resumeCommand) {
      note(`Stopped after step ${step}. Go on with: ${resumeCommand}`);
      process.exitCode = INTERRUPTED_EXIT_CODE;
    },
    stop,
  };
}
