// The numbers with which variables start, drawn from named streams.
import type { Rng } from '../ring/rng.js';
import type { Slot } from './slot.js';

/** @returns float32 [size], normal around 0 */
export function normalValues(size: number, standardDeviation: number, rng: Rng): Float32Array {
  return new Float32Array(size).map(() => standardDeviation * rng.normal());
}

/** @returns float32 [slot.size], as the slot's initializer says */
export function initialValues(slot: Slot, rng: Rng): Float32Array {
  const { initializer } = slot;
  switch (initializer.kind) {
    case 'constant':
      return new Float32Array(slot.size).fill(initializer.value);
    case 'normal':
      return normalValues(slot.size, initializer.standardDeviation, rng);
    case 'uniform':
      return new Float32Array(slot.size).map(() => (2 * rng.uniform() - 1) * initializer.limit);
    default:
      throw new RangeError(`Slot '${slot.name}': unknown initializer ${JSON.stringify(initializer satisfies never)}.`);
  }
}
