// Signals while a worker waits for the others: nothing is lost then, so it ends at once.
import { watchInterrupts } from 'training-kit/commands';

/**
 * TensorFlow takes SIGTERM for itself, in a thread of its own and some time after it is asked to connect, and does nothing
 * with it here: listeners are set anew all the time, and a signal is lost in this many milliseconds at most.
 */
const LISTEN_AGAIN_MS = 50;

/** @returns gives the signals their usual effect back */
export function endOnSignals(): () => void {
  // Nothing is held, so that a signal ends the program and there is nothing to note.
  const listen = () => watchInterrupts({ note: () => undefined });
  let listening = listen();
  const timer = setInterval(() => {
    listening.stop();
    listening = listen();
  }, LISTEN_AGAIN_MS);
  return () => {
    clearInterval(timer);
    listening.stop();
  };
}
