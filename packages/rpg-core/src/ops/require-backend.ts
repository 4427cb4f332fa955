// Refuses to begin without a TensorFlow.js of a version that fits, with a backend.
import * as tf from '@tensorflow/tfjs-core';

/** The first minor version of TensorFlow.js 4 that the tests pass with; package.json says the same. */
const OLDEST_MINOR = 10;

/** @throws Error when TensorFlow.js has nothing to compute with, or is of a version that this package is not made for */
export function requireBackend(): void {
  requireVersion('@tensorflow/tfjs-core', tf.version_core);
  if (Object.keys(tf.engine().registryFactory).length === 0) {
    throw new Error("TensorFlow.js has no backend; import '@tensorflow/tfjs' or a backend package first.");
  }
}

/**
 * For package managers that only warn of a peer that does not fit.
 *
 * @param version as a package of TensorFlow.js tells its own
 */
export function requireVersion(name: string, version: string): void {
  const [major, minor] = version.split('.').map(Number);
  if (major === 4 && minor! >= OLDEST_MINOR) return;
  throw new Error(
    `rpg-core needs ${name} from 4.${OLDEST_MINOR} to below 5, found ${version}; install @tensorflow/tfjs@4.`,
  );
}
