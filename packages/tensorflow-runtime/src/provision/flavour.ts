// Which TensorFlow fits this machine: the one for NVIDIA GPUs when their driver is there, the CPU one otherwise.
import { existsSync } from 'node:fs';
import { type Flavour, flavours } from './wheels/wheel-pins.js';

/** `value` as a flavour. @throws RangeError naming `source` when it is none */
export function parseFlavour(value: string, source: string): Flavour {
  const flavour = flavours.find((known) => known === value);
  if (flavour === undefined) {
    throw new RangeError(`${source} is '${value}', expected one of: ${flavours.join(', ')}.`);
  }
  return flavour;
}

/** `TENSORFLOW_RUNTIME_FLAVOUR` where set; otherwise by the NVIDIA kernel driver, which both signs below belong to. */
export function detectFlavour(
  env: NodeJS.ProcessEnv = process.env,
  exists: (path: string) => boolean = existsSync,
): Flavour {
  const chosen = env.TENSORFLOW_RUNTIME_FLAVOUR;
  if (chosen !== undefined && chosen !== '') return parseFlavour(chosen, 'TENSORFLOW_RUNTIME_FLAVOUR');
  const hasNvidia = exists('/proc/driver/nvidia/version') || exists('/usr/bin/nvidia-smi');
  return hasNvidia ? 'cuda' : 'cpu';
}
