// How large a backbone and its rings are, found out without drawing an index or making a tensor: for lists of planned runs.
import { sharedKey } from '../ring/generation-plan.js';
import type { Slot } from './slot.js';
import { ringsOf, sizeOf, type WeightSourceConfig } from './weight-source.js';

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
  const numGenerated = sizeOf(backbone);
  switch (config.kind) {
    case 'independent':
      return { ringSize: numGenerated, numGenerated };
    case 'shared': {
      const tensors = new Map(backbone.map((slot) => [sharedKey(slot, config.keyOf), slot]));
      return { ringSize: sizeOf([...tensors.values()]), numGenerated };
    }
    case 'ring': {
      const rings = ringsOf(backbone, config);
      return { ringSize: rings.reduce((sum, { ringSize }) => sum + ringSize, 0), numGenerated };
    }
    default:
      throw new RangeError(`backboneSize: unknown kind ${JSON.stringify(config satisfies never)}.`);
  }
}
