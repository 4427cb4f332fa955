// How much faster than other weights a ring's elements move under Adam and RMSprop.
import type { WeightSource } from 'rpg-core';

/**
 * The factor of the learning rate for ring elements: 1 (`same`), √(M/N) of each ring (`matched`), or a number.
 *
 * Adam and RMSprop divide a gradient by its size. A ring element's gradient is the sum over its M/N uses, which agree no
 * more than chance, and its step is as long as that of any other weight: to first order the loss falls √(M/N) times less than with
 * independent weights. `matched` makes up for it (docs/method.md). SGD needs no factor: there the sum is the step.
 */
export type RingRate = 'same' | 'matched' | number;

/** What says which variables are rings. */
export type RingPlans = Pick<WeightSource, 'plans'>;

/** Factors by the names of the rings' variables. Weights that are shared plainly are no rings: their uses agree. */
export function rateFactorsOf({ plans }: RingPlans, ringRate: RingRate): ReadonlyMap<string, number> {
  const rings = [...plans].filter(([, { origin }]) => origin?.kind !== 'shared');
  return new Map(
    rings.map(([name, { numGenerated, ringSize }]) => [name, factorOf(ringRate, numGenerated / ringSize)]),
  );
}

function factorOf(ringRate: RingRate, usesPerElement: number): number {
  if (ringRate === 'same') return 1;
  if (ringRate === 'matched') return Math.sqrt(usesPerElement);
  if (ringRate > 0 && Number.isFinite(ringRate)) return ringRate;
  throw new RangeError(`ringRate is ${ringRate}, expected same, matched, or a number above 0.`);
}

/**
 * Says in a run's log how fast its rings move, where that is not as other weights.
 *
 * @returns the same for the facts of its report
 */
export function noteRingRate(
  run: { note(line: string): void },
  { ringRate, optimizer }: { readonly ringRate: RingRate; readonly optimizer?: string },
  plans: RingPlans,
): Readonly<Record<string, string>> {
  if (optimizer === 'sgd') return {}; // a preset may hold a factor that SGD does not read
  const factors = [...rateFactorsOf(plans, ringRate).values()];
  const [least, most] = [Math.min(...factors), Math.max(...factors)].map((factor) => factor.toFixed(2));
  if (factors.every((factor) => factor === 1)) return {};
  const value = `${least === most ? least : `${least} to ${most}`} times that of other weights (ring rate ${ringRate})`;
  run.note(`Learning rate of rings: ${value}.`);
  return { 'learning rate of rings': value };
}
