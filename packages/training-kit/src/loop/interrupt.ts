// Ctrl-C, polite kills and the signals of batch systems: a training ends at its next step with a checkpoint; where
// nothing would be lost the program ends at once, and so it does at a second Ctrl-C.
import { setImmediate as nextTurn } from 'node:timers/promises';

/** The part of `process` that is used. */
export interface SignalSource {
  on(signal: InterruptSignal, listener: () => void): unknown;
  off(signal: InterruptSignal, listener: () => void): unknown;
}

export type InterruptSignal = (typeof asking)[number] | (typeof insisting)[number];

export interface InterruptOptions {
  /** Receives a line when the first signal comes. What it throws is lost: a signal must not end a run by failing. */
  readonly note: (text: string) => void;
  /** Tidies up and takes leave, when a signal comes while nothing is held; then the program ends. */
  readonly leave?: () => void;
  /** This process when left out. */
  readonly source?: SignalSource;
  /** Milliseconds; a monotonic clock by default. */
  readonly now?: () => number;
  /** Ends the program; `process.exit` when left out. */
  readonly exit?: (code: number) => void;
}

export interface Interrupt {
  /** True once a signal came: save a checkpoint and stop. */
  isRequested(): boolean;
  /**
   * Says that there is something to save: until the returned function is called, a first signal is only noted, for
   * `isRequested` to tell. At other times a signal ends the program.
   */
  hold(): () => void;
  /** Tells how to go on and sets the exit code, once all is saved. @param step the last one; left out where none is known */
  finish(step: number | undefined, resumeCommand: string): void;
  /** Gives signals their usual effect back. */
  stop(): void;
}

/** What long work asks. */
export type InterruptRequest = Pick<Interrupt, 'isRequested'>;

/** Ends long work that was interrupted; nothing is wrong. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Exit code of a program that a signal stopped, whichever: what was trained is saved and can be gone on with. */
const INTERRUPTED_EXIT_CODE = 130;

/** One Ctrl-C may arrive twice: from the terminal, and passed on by a task runner. */
const SAME_REQUEST_MS = 500;
/** Batch systems warn with these, terminals that close hang up; one may follow another and means no haste. */
const asking = ['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
/** Of these a second one ends at once. */
const insisting = ['SIGINT', 'SIGTERM'] as const;
/** Those that a program which starts others has to pass on. */
export const handledSignals = [...insisting, ...asking];

/**
 * Watches for SIGINT, SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2. Signals are heard when the event loop turns, so long work
 * must `await` something that lets it, as `prefetchBatches` does once a batch and `untilInterrupted` once an item.
 */
export function watchInterrupts(options: InterruptOptions): Interrupt {
  const { note, leave, source = process, now = () => performance.now() } = options;
  const exit = options.exit ?? ((code: number) => process.exit(code));
  let isRequested = false;
  let insistedMs: number | undefined;
  let numHeld = 0;
  const deafen = (signals: readonly InterruptSignal[]) => {
    for (const signal of signals) source.off(signal, isInsisting(signal) ? insist : ask);
  };
  const quietly = (say: () => void) => {
    try {
      say();
    } catch {
      // A full disk or a closed terminal: the run itself will meet it, or need not care.
    }
  };
  const stop = (onceMore: string) => {
    if (isRequested) return;
    isRequested = true;
    if (numHeld > 0) {
      quietly(() => {
        note(`Stopping after this step; a checkpoint will be saved.${onceMore}`);
      });
    } else {
      quietly(() => leave?.());
      exit(INTERRUPTED_EXIT_CODE);
    }
  };
  const ask = () => {
    stop('');
  };
  const insist = () => {
    if (insistedMs === undefined) {
      insistedMs = now();
      stop(' Once more ends at once, without one.');
      // Without a listener a signal ends the process in the system's way, even while the thread computes. One turn
      // later, so that a signal that waited for a busy thread is still heard below.
      setTimeout(() => {
        setImmediate(() => {
          deafen(insisting);
        });
      }, SAME_REQUEST_MS).unref();
    } else if (now() - insistedMs > SAME_REQUEST_MS) {
      exit(INTERRUPTED_EXIT_CODE);
    }
  };
  for (const signal of handledSignals) source.on(signal, isInsisting(signal) ? insist : ask);
  return {
    isRequested: () => isRequested,
    hold() {
      numHeld++;
      let isHeld = true;
      return () => {
        if (isHeld) numHeld--;
        isHeld = false;
      };
    },
    finish(step, resumeCommand) {
      const where = step === undefined ? 'Stopped; what was trained is saved.' : `Stopped after step ${step}.`;
      note(`${where} Go on with: ${resumeCommand}`);
      process.exitCode = INTERRUPTED_EXIT_CODE;
    },
    stop() {
      deafen(handledSignals);
    },
  };
}

/**
 * The items of `source`, in order. Between them the event loop turns, so that signals are heard.
 *
 * @throws Interrupted before the next item, once `interrupt` asks for an end; without one all items come
 */
export async function* untilInterrupted<Item>(
  source: AsyncIterable<Item> | Iterable<Item>,
  interrupt: InterruptRequest | undefined,
): AsyncGenerator<Item, void, undefined> {
  for await (const item of source) {
    await throwIfInterrupted(interrupt);
    yield item;
  }
}

/** Lets the event loop turn. @throws Interrupted once `interrupt` asks for an end */
export async function throwIfInterrupted(interrupt: InterruptRequest | undefined): Promise<void> {
  if (interrupt === undefined) return;
  await nextTurn();
  if (interrupt.isRequested()) throw new Interrupted('Interrupted.');
}

function isInsisting(signal: InterruptSignal): boolean {
  return (insisting as readonly string[]).includes(signal);
}
