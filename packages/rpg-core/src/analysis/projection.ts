// The ring that comes nearest to given weights: how a trained network is put on a ring.
import type { GenerationPlan } from '../ring/generation-plan.js';
import { INDEX_MASK, NEGATIVE } from '../ring/index-array.js';
import { requireFinite } from '../weights/finite.js';

/** A ring and how well it does. */
export interface Projection {
  /** float32 [plan.ringSize]; 0 for elements that the plan does not use. */
  readonly ring: Float32Array;
  /** ‖T − K‖ / ‖T‖: 0 when the ring gives the weights exactly, near √(1 − N/M) for weights without structure. */
  readonly relativeError: number;
}

/**
 * Least squares: the W that minimises Σ_j (T_j − s_j b_j W[u_j])² over all generated weights j, with scale s_j of the
 * weight's slot, sign b_j and index u_j. Each weight depends on one element of W, so the sum falls apart by elements:
 * for element n, with j over its uses, the derivative Σ s_j b_j (T_j − s_j b_j W_n) is zero at
 *
 *     W_n = Σ s_j b_j T_j / Σ s_j²,
 *
 * the mean of the signed, unscaled copies b_j T_j / s_j, weighted by s_j²: what lies in a slot of large scale counts more,
 * because an error of W is larger there.
 *
 * @throws RangeError for weights of another number than planned, or that are not finite
 * @param weights T, float32 [plan.numGenerated], the slots' weights one after the other in the plan's order
 */
export function projectOntoRing(plan: GenerationPlan, weights: Float32Array): Projection {
  if (weights.length !== plan.numGenerated) {
    throw new RangeError(`There are ${weights.length} weights, expected ${plan.numGenerated} as planned.`);
  }
  requireFinite('The list of weights', weights);
  const sums = new Float64Array(plan.ringSize);
  const squares = new Float64Array(plan.ringSize);
  for (const { slot, offset, scale } of plan.slots) {
    for (let j = offset; j < offset + slot.size; j++) {
      const signed = plan.signedIndices[j]!;
      const element = signed & INDEX_MASK;
      sums[element]! += (signed & NEGATIVE ? -scale : scale) * weights[j]!;
      squares[element]! += scale * scale;
    }
  }
  const ring = Float32Array.from(sums, (sum, element) => (squares[element] === 0 ? 0 : sum / squares[element]!));
  return { ring, relativeError: relativeError(plan, ring, weights) };
}

function relativeError(plan: GenerationPlan, ring: Float32Array, weights: Float32Array): number {
  let missed = 0;
  let total = 0;
  for (const { slot, offset, scale } of plan.slots) {
    for (let j = offset; j < offset + slot.size; j++) {
      const signed = plan.signedIndices[j]!;
      const generated = (signed & NEGATIVE ? -scale : scale) * ring[signed & INDEX_MASK]!;
      missed += (weights[j]! - generated) ** 2;
      total += weights[j]! ** 2;
    }
  }
  return total === 0 ? 0 : Math.sqrt(missed / total);
}
