// Pruning of a ring-fed network (paper, appendix A): whole filters of low ℓ1 norm are dropped, which saves operations; the
// ring stays.
import * as tf from '@tensorflow/tfjs-core';
import { castTo } from '../ops/precision.js';
import type { GenerationPlan } from '../ring/generation-plan.js';
import { INDEX_MASK } from '../ring/index-array.js';
import type { Slot } from '../weights/slot.js';
import type { Weights } from '../weights/weight-source.js';
import { filterBanks } from './filters.js';

/** What to drop. */
export interface PruneOptions {
  /** Share of each slot's filters to drop, from 0 to below 1; the number is rounded down. The paper drops 0.3. */
  readonly share: number;
  /**
   * Positions at which a slot's filters are applied to one example, height' · width' of the layer's output. Absent: 1, as
   * in a dense layer; then counts of operations mean little for convolutions.
   */
  readonly outputPositions?: (slot: Slot) => number;
}

/** A number before and after. */
export interface BeforeAfter {
  readonly before: number;
  readonly after: number;
}

/** What of a ring's network there is with all filters, and without those that were dropped. */
export interface PrunedCounts {
  readonly filters: BeforeAfter;
  /** Generated weights that are used. Inputs of later layers that meet a dropped filter still count. */
  readonly weights: BeforeAfter;
  /** Multiply-adds for one example. */
  readonly multiplyAdds: BeforeAfter;
  /** Ring elements that some kept weight uses. */
  readonly ringElements: BeforeAfter;
}

/** What is dropped, and what that saves. */
export interface Pruning extends PrunedCounts {
  /** By slot name: for each filter 1 where it is kept, 0 where it is dropped. */
  readonly masks: ReadonlyMap<string, Uint8Array>;
}

/**
 * Picks the filters of lowest ℓ1 norm in each slot of a ring, the first ones where norms are equal.
 *
 * @param ring float32 [plan.ringSize]
 * @throws RangeError for a share outside [0, 1)
 */
export function pruneFilters(plan: GenerationPlan, ring: Float32Array, options: PruneOptions): Pruning {
  const { share, outputPositions } = options;
  if (!(share >= 0 && share < 1)) throw new RangeError(`pruneFilters: share is ${share}, expected from 0 to below 1.`);
  const masks = new Map<string, Uint8Array>();
  for (const { slotName, numFilters, values } of filterBanks(plan, ring)) {
    const norms = new Float64Array(numFilters);
    values.forEach((value, k) => {
      norms[k % numFilters]! += Math.abs(value);
    });
    const weakestFirst = [...norms.keys()].sort((a, b) => norms[a]! - norms[b]! || a - b);
    const mask = new Uint8Array(numFilters).fill(1);
    for (const filter of weakestFirst.slice(0, Math.floor(share * numFilters))) mask[filter] = 0;
    masks.set(slotName, mask);
  }
  return { masks, ...countPruned(plan, masks, outputPositions) };
}

/**
 * What masks leave of a ring's network.
 *
 * @param masks by slot name, as `pruneFilters` gives them; a slot without one keeps all
 * @param outputPositions as `PruneOptions` has it
 */
export function countPruned(
  plan: GenerationPlan,
  masks: Pruning['masks'],
  outputPositions: (slot: Slot) => number = () => 1,
): PrunedCounts {
  const used = new Uint8Array(plan.ringSize); // 1: before, 2: after too
  const filters = { before: 0, after: 0 };
  const weights = { before: 0, after: 0 };
  const multiplyAdds = { before: 0, after: 0 };
  for (const { slot, offset } of plan.slots) {
    const numFilters = slot.shape.at(-1)!;
    const mask = masks.get(slot.name) ?? new Uint8Array(numFilters).fill(1);
    const numKept = mask.reduce((sum, kept) => sum + kept, 0);
    const kept = (slot.size / numFilters) * numKept;
    filters.before += numFilters;
    filters.after += numKept;
    weights.before += slot.size;
    weights.after += kept;
    multiplyAdds.before += slot.size * outputPositions(slot);
    multiplyAdds.after += kept * outputPositions(slot);
    for (let k = 0; k < slot.size; k++) {
      const element = plan.signedIndices[offset + k]! & INDEX_MASK;
      used[element] = Math.max(used[element]!, 1 + mask[k % numFilters]!);
    }
  }
  const ringElements = {
    before: used.reduce((sum, state) => sum + (state > 0 ? 1 : 0), 0),
    after: used.reduce((sum, state) => sum + (state > 1 ? 1 : 0), 0),
  };
  return { filters, weights, multiplyAdds, ringElements };
}

/**
 * The same weights with dropped filters set to 0. What follows a layer still runs: a norm's shift, for instance, gives a
 * dropped filter's channel a constant value.
 *
 * @param masks by slot name: 1 or 0 for each filter; float32 [filters] where they are tensors, which stay the caller's
 * @returns weights of their own to dispose; they do not dispose those given
 */
export function maskFilters(
  weights: Weights,
  { masks }: { readonly masks: ReadonlyMap<string, Uint8Array | tf.Tensor> },
): Weights {
  const masked = new Map<string, tf.Tensor>();
  return {
    get(slot, precision = 'float32') {
      const mask = masks.get(slot.name);
      if (mask === undefined) return weights.get(slot, precision);
      let kept = masked.get(slot.name);
      if (kept === undefined || kept.isDisposed) {
        kept = tf.tidy(() => tf.mul(weights.get(slot), mask instanceof tf.Tensor ? mask : tf.tensor1d([...mask])));
        masked.set(slot.name, kept);
      }
      return precision === 'float32' ? kept : castTo(kept, precision);
    },
    statistic: (slot) => weights.statistic(slot),
    dispose() {
      tf.dispose([...masked.values()]);
    },
  };
}
