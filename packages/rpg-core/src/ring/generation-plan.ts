// The generating matrices R_i of all slots that one ring feeds, in the form in which they are applied.
import type { Slot } from '../weights/slot.js';
import {
  drawIndexArray,
  drawIndexArrayAsync,
  INDEX_MASK,
  type IndexArrayOptions,
  NEGATIVE,
  type Sampling,
} from './index-array.js';
import { drawByOp } from './index-array-op.js';
import type { Rng } from './rng.js';

/** One slot's part of a plan: generated weights `offset` … `offset + slot.size` of the M. */
export interface PlannedSlot {
  readonly slot: Slot;
  readonly offset: number;
  /** Gives the slot its own fan's standard deviation; a float32 value, so that every backend multiplies by the same. */
  readonly scale: number;
}

/** R_1 … R_L of one ring: everything but W. */
export interface GenerationPlan {
  /** N. */
  readonly ringSize: number;
  /** M, the sum of the slots' sizes. */
  readonly numGenerated: number;
  readonly slots: readonly PlannedSlot[];
  /** int32 [numGenerated], as `drawIndexArray` packs them. */
  readonly signedIndices: Int32Array;
  /** Standard deviation with which W starts. */
  readonly ringStandardDeviation: number;
  /** What the indices can be made from again; a model is saved with this in their place. */
  readonly origin?: PlanOrigin;
}

/** How a plan's indices came about. */
export type PlanOrigin =
  /** Drawn from the stream that `seed` names. */
  | { readonly kind: 'drawn'; readonly sampling: Sampling; readonly reflect: boolean; readonly seed: string }
  /** Each slot is a run of ring elements, starting at its first index. */
  | { readonly kind: 'shared' };

/** How the weights of one ring are drawn; see `Sampling`. */
export interface RingPlanOptions {
  readonly ringSize: number;
  readonly sampling?: Sampling;
  readonly reflect?: boolean;
  /**
   * σ_W, the deviation with which W starts, above 0; default: the root mean square of the slots'. Scales follow, so that
   * generated weights start alike. A step of SGD, in which it is worth 1/σ_W² of the rate, moves them further the smaller
   * it is; in Adam or RMSprop it is worth 1/σ_W.
   */
  readonly ringStandardDeviation?: number;
}

/**
 * Plans a ring that feeds `slots` in their order (paper, section 3).
 *
 * The paper is silent on initialisation. The official code starts W with the deviation of a 512-channel layer and
 * multiplies each layer's weights so that they get their own fan's deviation, inside the graph. Here W starts with the
 * root mean square of the slots' deviations, weighted by size (for a ResNet nearly the same number), and slot i has the
 * scale σ_i / σ_W: scales are near 1, so learning rate and weight decay of the plain network carry over.
 *
 * @throws RangeError without slots, for a slot that does not start from a normal distribution, a bad ring size or deviation
 */
export function planRing(slots: readonly Slot[], options: RingPlanOptions, rng: Rng): GenerationPlan {
  const drawn = drawOptions(slots, options);
  return drawnPlan(slots, { ...options, ...drawn }, rng, drawByOp(drawn, rng) ?? drawIndexArray(drawn, rng));
}

/** `planRing`, the same plan, without freezing a page: see `drawIndexArrayAsync`. */
export async function planRingAsync(
  slots: readonly Slot[],
  options: RingPlanOptions,
  rng: Rng,
): Promise<GenerationPlan> {
  const drawn = drawOptions(slots, options);
  const signedIndices = drawByOp(drawn, rng) ?? (await drawIndexArrayAsync(drawn, rng));
  return drawnPlan(slots, { ...options, ...drawn }, rng, signedIndices);
}

function drawOptions(slots: readonly Slot[], options: RingPlanOptions): Required<IndexArrayOptions> {
  const { sampling = 'even', reflect = true, ringSize } = options;
  return { ringSize, numGenerated: layOut(slots).numGenerated, sampling, reflect };
}

function drawnPlan(
  slots: readonly Slot[],
  { ringSize, numGenerated, sampling, reflect, ringStandardDeviation }: Required<IndexArrayOptions> & RingPlanOptions,
  rng: Rng,
  signedIndices: Int32Array,
): GenerationPlan {
  const origin = { kind: 'drawn', sampling, reflect, seed: rng.path } as const;
  return {
    ringSize,
    numGenerated,
    ...scaleSlots(slots, layOut(slots).offsets, ringStandardDeviation),
    signedIndices,
    origin,
  };
}

/**
 * Plans plain sharing: slots of the same key and shape are one and the same tensor, without permutation or reflection
 * (what the paper calls reusing, and its CPM baseline). N is the sum of the sizes of the different tensors.
 *
 * @param keyOf names the weights a slot uses; for sub-networks the slot's name without the sub-network's number
 */
export function planSharing(slots: readonly Slot[], keyOf: (slot: Slot) => string): GenerationPlan {
  const { offsets, numGenerated } = layOut(slots);
  const signedIndices = new Int32Array(numGenerated);
  const starts = new Map<string, number>();
  let ringSize = 0;
  slots.forEach((slot, position) => {
    const key = sharedKey(slot, keyOf);
    let start = starts.get(key);
    if (start === undefined) {
      start = ringSize;
      starts.set(key, start);
      ringSize += slot.size;
    }
    const offset = offsets[position]!;
    for (let i = 0; i < slot.size; i++) signedIndices[offset + i] = start + i;
  });
  return { ringSize, numGenerated, ...scaleSlots(slots, offsets), signedIndices, origin: { kind: 'shared' } };
}

/** Slots of which it is the same are one tensor. */
export function sharedKey(slot: Slot, keyOf: (slot: Slot) => string): string {
  return `${keyOf(slot)} [${slot.shape.join(', ')}]`;
}

/** Consecutive places for the slots, in order. */
function layOut(slots: readonly Slot[]): { offsets: number[]; numGenerated: number } {
  if (slots.length === 0) throw new RangeError('A ring needs at least one slot to feed; the model declared none.');
  const offsets: number[] = [];
  let numGenerated = 0;
  for (const slot of slots) {
    offsets.push(numGenerated);
    numGenerated += slot.size;
  }
  return { offsets, numGenerated };
}

function scaleSlots(
  slots: readonly Slot[],
  offsets: readonly number[],
  wanted?: number,
): Pick<GenerationPlan, 'slots' | 'ringStandardDeviation'> {
  const deviations = slots.map(standardDeviationOf);
  const numGenerated = slots.reduce((sum, slot) => sum + slot.size, 0);
  const meanSquare = slots.reduce((sum, slot, i) => sum + slot.size * deviations[i]! ** 2, 0) / numGenerated;
  const ringStandardDeviation = wanted ?? Math.sqrt(meanSquare);
  if (!(ringStandardDeviation > 0 && ringStandardDeviation < Infinity)) {
    throw new RangeError(`The ring's standard deviation is ${wanted}, expected a number above 0.`);
  }
  return {
    ringStandardDeviation,
    slots: slots.map((slot, i) => ({
      slot,
      offset: offsets[i]!,
      scale: Math.fround(deviations[i]! / ringStandardDeviation),
    })),
  };
}

function standardDeviationOf(slot: Slot): number {
  const { initializer } = slot;
  if (initializer.kind !== 'normal' || !(initializer.standardDeviation > 0)) {
    throw new RangeError(
      `Slot '${slot.name}' starts as ${initializer.kind}; a ring can only feed slots with a normal initializer of ` +
        'positive standard deviation. Give it one, or a role that keeps it independent.',
    );
  }
  return initializer.standardDeviation;
}

/**
 * Applies the plan in plain arithmetic: K = scale · sign ⊙ W[index], for all slots in order. The reference that every
 * backend's op equals bit for bit: one sign change and one correctly rounded float32 product a weight.
 *
 * @param ring float32 [plan.ringSize]
 * @returns float32 [plan.numGenerated]
 */
export function generateReference(plan: GenerationPlan, ring: Float32Array): Float32Array {
  if (ring.length !== plan.ringSize) {
    throw new RangeError(`The ring has ${ring.length} elements, expected ${plan.ringSize} as planned.`);
  }
  const weights = new Float32Array(plan.numGenerated);
  for (const { slot, offset, scale } of plan.slots) {
    for (let i = offset; i < offset + slot.size; i++) {
      const signed = plan.signedIndices[i]!;
      const element = ring[signed & INDEX_MASK]!;
      weights[i] = (signed & NEGATIVE ? -element : element) * scale;
    }
  }
  return weights;
}

/**
 * The gradient in plain arithmetic: each ring element sums the signed, scaled gradients of its uses, in rising order of
 * their positions, in double precision.
 *
 * @param dWeights float32 [plan.numGenerated]
 * @returns float32 [plan.ringSize]
 */
export function gradientReference(plan: GenerationPlan, dWeights: Float32Array): Float32Array {
  const dRing = new Float64Array(plan.ringSize);
  for (const { slot, offset, scale } of plan.slots) {
    for (let i = offset; i < offset + slot.size; i++) {
      const signed = plan.signedIndices[i]!;
      const scaled = Math.fround(dWeights[i]! * scale);
      dRing[signed & INDEX_MASK]! += signed & NEGATIVE ? -scaled : scaled;
    }
  }
  return Float32Array.from(dRing);
}
