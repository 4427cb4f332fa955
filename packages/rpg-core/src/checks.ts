// A check at the doors that need tensors, told in the caller's words.
import * as tf from '@tensorflow/tfjs-core';

/** @throws Error when TensorFlow.js has nothing to compute with */
export function requireBackend(): void {
  if (Object.keys(tf.engine().registryFactory).length === 0) {
    throw new Error("TensorFlow.js has no backend; import '@tensorflow/tfjs' or a backend package first.");
  }
}
