// How large a backbone and its rings are, found out without drawing an index or making a tensor: for lists of planned runs.
import { splitRingSize } from '../ring/split-ring-size.js';
import type { Slot } from './slot.js';
import type { WeightSourceConfig } from './weight-source.js';

/** N and M of a network. */
export interface BackboneSize {
  /** N: elements of all rings; for independent weights all backbone weights, each its own. */
  readonly ringSize: number;
  /** M: weights of all backbone slots. */
  readonly numGenerated: number;
}

/**
 * The `ringSize` and `numGenerated` that `createWeightSource` gives for the same arguments.
 *
 * @throws RangeError for a ring size below one element a ring or above M
 */
export function backboneSize(slots: readonly Slot[], config: WeightSourceConfig): BackboneSize {
  const backbone = slots.filter(({ role }) => role === 'backbone');
  const numGenerated = sum(backbone.map(({ size }) => size));
  switch (config.kind) {
    case 'independent':
      return { ringSize: numGenerated, numGenerated };
    case 'shared':
      return { ringSize: sum(sizeByTensor(backbone, config.keyOf).values()), numGenerated };
    case 'ring': {
      const { ringOf = () => '' } = config;
      const fed = new Map<string, number>();
      for (const slot of backbone) fed.set(ringOf(slot), (fed.get(ringOf(slot)) ?? 0) + slot.size);
      return { ringSize: sum(splitRingSize(config.ringSize, fed).values()), numGenerated };
    }
    default:
      throw new RangeError(`backboneSize: unknown kind ${JSON.stringify(config satisfies never)}.`);
  }
}

/** Slots of the same key and shape are one tensor. */
function sizeByTensor(slots: readonly Slot[], keyOf: (slot: Slot) => string): Map<string, number> {
  return new Map(slots.map((slot) => [`${keyOf(slot)} [${slot.shape.join(', ')}]`, slot.size]));
}

function sum(sizes: Iterable<number>): number {
  return [...sizes].reduce((total, size) => total + size, 0);
}
