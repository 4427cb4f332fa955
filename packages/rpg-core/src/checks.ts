// Checks at the library's doors: what callers most often get wrong, told in their words.
import * as tf from '@tensorflow/tfjs-core';

/** @throws TypeError unless `seed` is a text with at least one character or a finite number */
export function checkSeed(seed: unknown): string {
  if ((typeof seed === 'string' && seed !== '') || (typeof seed === 'number' && Number.isFinite(seed))) {
    return String(seed);
  }
  const shown = seed === '' ? 'an empty text' : typeof seed === 'object' && seed !== null ? 'an object' : String(seed);
  throw new TypeError(`seed is ${shown}, expected a non-empty text or a finite number.`);
}

/** @throws Error when TensorFlow.js has nothing to compute with */
export function requireBackend(): void {
  if (Object.keys(tf.engine().registryFactory).length === 0) {
    throw new Error("TensorFlow.js has no backend; import '@tensorflow/tfjs' or a backend package first.");
  }
}
