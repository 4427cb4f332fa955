// Filters of generated kernels: the last dimension of a kernel counts them, as in [height, width, inChannels, filters].
import { generateReference, type GenerationPlan } from '../ring/generation-plan.js';
import { requireFinite } from '../weights/finite.js';

/** The filters of one slot. */
export interface FilterBank {
  readonly slotName: string;
  readonly numFilters: number;
  /** Weights of one filter, M of appendix B: height · width · inChannels. */
  readonly filterSize: number;
  /** float32 [filterSize, numFilters]. */
  readonly values: Float32Array;
}

/**
 * @param ring float32 [plan.ringSize]
 * @throws RangeError for a ring of another size, or that is not finite: norms and angles of such filters mean nothing
 */
export function filterBanks(plan: GenerationPlan, ring: Float32Array): FilterBank[] {
  requireFinite('The ring', ring);
  const weights = generateReference(plan, ring);
  return plan.slots.map(({ slot, offset }) => {
    const numFilters = slot.shape.at(-1)!;
    return {
      slotName: slot.name,
      numFilters,
      filterSize: slot.size / numFilters,
      values: weights.subarray(offset, offset + slot.size),
    };
  });
}
