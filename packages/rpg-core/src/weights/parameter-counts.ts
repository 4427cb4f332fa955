// How many numbers a model has, counted apart by what they are for.
import type { SlotRole } from './slot.js';
import type { WeightSource } from './weight-source.js';

/** Numbers of trainable parameters. The paper's "backbone parameters" are `ring`. */
export interface ParameterCounts {
  /** N: elements of the rings, or the backbone's own weights where none is generated. */
  readonly ring: number;
  readonly stem: number;
  readonly head: number;
  readonly norm: number;
  readonly bias: number;
  /** Sum of the above. */
  readonly total: number;
  /** M: weights that the backbone's layers use, generated or not. */
  readonly generated: number;
  /** What the same network has without a ring. */
  readonly plainTotal: number;
}

/** Counts the parameters of a source; needs no tensor to be read. */
export function countParameters(source: WeightSource): ParameterCounts {
  const sum = (role: SlotRole): number =>
    source.slots.filter((slot) => slot.role === role).reduce((size, slot) => size + slot.size, 0);
  const apart = { stem: sum('stem'), head: sum('head'), norm: sum('norm'), bias: sum('bias') };
  const rest = apart.stem + apart.head + apart.norm + apart.bias;
  return {
    ring: source.ringSize,
    ...apart,
    total: source.ringSize + rest,
    generated: source.numGenerated,
    plainTotal: source.numGenerated + rest,
  };
}
