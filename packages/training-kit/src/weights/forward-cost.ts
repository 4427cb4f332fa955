// What a forward pass costs, in words and for tables: for lists of runs that are to be made, and reports.

import * as tf from '@tensorflow/tfjs-core';
import type { Slot, Weights } from 'rpg-core';
import { countMultiplyAdds, type MultiplyAdds } from 'rpg-core/analysis';

/** A network for square images, as far as it is counted. */
interface ImageNetwork {
  readonly slots: readonly Slot[];
  apply(weights: Weights, images: tf.Tensor4D, options: { readonly isTraining: false }): unknown;
}

/** Multiply-adds of a forward pass of one RGB image, in all and by layer. @param side of the image, in pixels */
export function multiplyAddsOf(network: ImageNetwork, side: number): MultiplyAdds {
  return countMultiplyAdds(network.slots, (weights) =>
    network.apply(weights, tf.zeros([1, side, side, 3]), { isTraining: false }),
  );
}

/** Multiply-adds of one forward pass of one example, as `countMultiplyAdds` of rpg-core counts them. */
export interface ForwardCost {
  /** Of all that is applied a number of times that is known. */
  readonly multiplyAdds: number;
  /** Of an equilibrium model: its block, which is evaluated until its fixed point is found. */
  readonly search?: {
    /** Of one evaluation. */
    readonly multiplyAdds: number;
    readonly maxEvaluations: number;
  };
}

/** With as many evaluations as there may be. */
export function mostMultiplyAdds({ multiplyAdds, search }: ForwardCost): number {
  return search === undefined ? multiplyAdds : multiplyAdds + search.maxEvaluations * search.multiplyAdds;
}

/** `1.81G`, `557M`; `6.8M + up to 18 × 22.1M` where a block is evaluated until its fixed point is found. */
export function costText({ multiplyAdds, search }: ForwardCost): string {
  const fixed = rounded(multiplyAdds);
  if (search === undefined) return fixed;
  return `${fixed} + up to ${search.maxEvaluations} × ${rounded(search.multiplyAdds)}`;
}

const units = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** To three digits. */
function rounded(count: number): string {
  const toThree = Number(count.toPrecision(3));
  const [size, unit] = units.find(([least]) => toThree >= least) ?? [1, ''];
  return `${Number((toThree / size).toPrecision(3))}${unit}`;
}
