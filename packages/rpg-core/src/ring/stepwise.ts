// Long computations cut into short steps, so that the same code runs at once or without freezing a page.

/** A computation that can be left and taken up again at every `yield`; it returns its result. */
export type Steps<Result> = Generator<undefined, Result>;

/** Runs all steps in one go. */
export function runAtOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** How long steps may run before others get their turn: two of a screen's frames stay reachable. */
const BUDGET_MS = 12;

/** Runs the steps with a pause every 12 ms, so that a page stays responsive. */
export async function runWithPauses<Result>(
  steps: Steps<Result>,
  pause: () => Promise<void> = letOthersRun,
): Promise<Result> {
  for (;;) {
    const end = Date.now() + BUDGET_MS;
    do {
      const { done, value } = steps.next();
      if (done === true) return value;
    } while (Date.now() < end);
    await pause();
  }
}

// Every engine has these; they are declared here because this library is compiled without DOM and Node types.
interface Port {
  onmessage: (() => void) | null;
  postMessage(message: null): void;
  close(): void;
}
declare const MessageChannel: new () => { readonly port1: Port; readonly port2: Port };

/**
 * Ends when the event loop has come round: input was handled, a frame could be drawn. A message, because browsers delay
 * repeated timers by 4 ms, and in hidden pages by a second.
 */
function letOthersRun(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
