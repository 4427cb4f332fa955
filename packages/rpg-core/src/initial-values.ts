// The numbers with which variables start, drawn from named streams.
import type { Rng } from './rng.js';

/** @returns float32 [size], normal around 0 */
export function normalValues(size: number, standardDeviation: number, rng: Rng): Float32Array {
  return new Float32Array(size).map(() => standardDeviation * rng.normal());
}
