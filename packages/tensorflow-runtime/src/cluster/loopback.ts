// The loopback interface of a new network namespace, which is down at first.
import { createRequire } from 'node:module';
import { getSystemErrorName } from 'node:util';
import { cacheRoot, findProvisioned } from '../provision/cache-folder.js';
import { detectFlavour } from '../provision/flavour.js';

/** The part of the cached addon's companion that is called (native/support/process-settings.cc). */
interface LoopbackAddon {
  /** 0, or the system's error number. */
  readonly raiseLoopback: () => number;
}

/**
 * Raises the loopback interface of this process's network namespace, so that workers in it reach each other. Loads no
 * TensorFlow.
 *
 * @throws Error where the system does not let it, or TensorFlow is not provisioned
 */
export function raiseLoopback(): void {
  const paths = findProvisioned(detectFlavour(), cacheRoot());
  if (paths === null) throw new Error('TensorFlow is not provisioned; run `npx tensorflow-runtime provision`.');
  const addon = createRequire(import.meta.url)(paths.settings) as LoopbackAddon;
  const error = addon.raiseLoopback();
  if (error !== 0) throw new Error(`Cannot raise the loopback interface: ${getSystemErrorName(-error)}.`);
}
