// Signals that a program hears in the place of those it has started.
import { handledSignals } from 'training-kit/commands';

/** Hands on what ends a training politely. @returns gives the signals their usual effect back */
export function passSignals(hear: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of handledSignals) process.on(signal, hear);
  return () => {
    for (const signal of handledSignals) process.off(signal, hear);
  };
}
