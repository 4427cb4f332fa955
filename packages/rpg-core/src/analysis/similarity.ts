// How alike the filters of different layers are, though all come from one ring (paper, section 3 "Destructive Weight
// Sharing" and appendix B), and how often each ring element is used.
import type { GenerationPlan } from '../ring/generation-plan.js';
import { countUses } from '../ring/index-array.js';
import { type FilterBank, filterBanks } from './filters.js';

/** Filters of one size, compared between slots. */
export interface FilterSimilarity {
  /** M: weights of a filter. */
  readonly filterSize: number;
  /** Pairs compared: filter number f of one slot with filter number f of another. */
  readonly numPairs: number;
  /** Mean of ⟨f_i, f_j⟩ / (‖f_i‖ ‖f_j‖); proposition 1 has the mean of ⟨f_i, f_j⟩ be 0. */
  readonly meanCosine: number;
  /** Mean of ⟨f_i, f_j⟩. */
  readonly meanInnerProduct: number;
  /** Mean of the squared cosine; proposition 2 has it be 1/M. */
  readonly meanSquaredCosine: number;
  /** 1/M. */
  readonly expectedSquaredCosine: number;
  /** Standard errors of the two means if pairs were independent: 1/√(M·pairs), and √(2/pairs)/M for larger M. */
  readonly standardErrors: { readonly cosine: number; readonly squaredCosine: number };
}

/**
 * Compares the filters of all pairs of slots whose filters are of one size, size by size. Filters that are all 0 are left
 * out. Far from orthogonal filters show that sharing is not destructive: without signs on a ring whose mean is not 0, for
 * instance.
 *
 * @param ring float32 [plan.ringSize]
 * @returns one entry a filter size that at least two slots have, smallest first
 */
export function filterSimilarity(plan: GenerationPlan, ring: Float32Array): FilterSimilarity[] {
  const bySize = new Map<number, FilterBank[]>();
  for (const bank of filterBanks(plan, ring)) {
    const group = bySize.get(bank.filterSize);
    if (group === undefined) bySize.set(bank.filterSize, [bank]);
    else group.push(bank);
  }
  return [...bySize]
    .filter(([, banks]) => banks.length > 1)
    .sort(([a], [b]) => a - b)
    .map(([filterSize, banks]) => summarize(filterSize, banks));
}

function summarize(filterSize: number, banks: readonly FilterBank[]): FilterSimilarity {
  let [numPairs, cosines, squaredCosines, innerProducts] = [0, 0, 0, 0];
  banks.forEach((first, i) => {
    for (const second of banks.slice(i + 1)) {
      for (let filter = 0; filter < Math.min(first.numFilters, second.numFilters); filter++) {
        const innerProduct = inner(first, second, filter);
        const norms = Math.sqrt(inner(first, first, filter) * inner(second, second, filter));
        if (norms === 0) continue;
        const cosine = innerProduct / norms;
        numPairs++;
        cosines += cosine;
        squaredCosines += cosine * cosine;
        innerProducts += innerProduct;
      }
    }
  });
  return {
    filterSize,
    numPairs,
    meanCosine: cosines / numPairs,
    meanInnerProduct: innerProducts / numPairs,
    meanSquaredCosine: squaredCosines / numPairs,
    expectedSquaredCosine: 1 / filterSize,
    standardErrors: {
      cosine: 1 / Math.sqrt(filterSize * numPairs),
      squaredCosine: Math.sqrt(2 / numPairs) / filterSize,
    },
  };
}

function inner(first: FilterBank, second: FilterBank, filter: number): number {
  let sum = 0;
  for (let k = 0; k < first.filterSize; k++) {
    sum += first.values[k * first.numFilters + filter]! * second.values[k * second.numFilters + filter]!;
  }
  return sum;
}

/** How evenly a ring is used. */
export interface RingUses {
  readonly fewest: number;
  readonly most: number;
  /** M / N. */
  readonly mean: number;
  /** Elements by how often they are used, rising. Even sampling has at most two entries, one apart. */
  readonly elementsByUses: ReadonlyMap<number, number>;
}

export function ringUses(plan: GenerationPlan): RingUses {
  const elements = new Map<number, number>();
  for (const uses of countUses(plan.signedIndices, plan.ringSize)) elements.set(uses, (elements.get(uses) ?? 0) + 1);
  const elementsByUses = new Map([...elements].sort(([a], [b]) => a - b));
  const counts = [...elementsByUses.keys()];
  return { fewest: counts[0]!, most: counts.at(-1)!, mean: plan.numGenerated / plan.ringSize, elementsByUses };
}
