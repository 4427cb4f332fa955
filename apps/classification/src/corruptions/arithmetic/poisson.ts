// Poisson numbers by inversion: one uniform number each, looked up among cumulated probabilities.
import type { Rng } from 'rpg-core';

/**
 * P(count ≤ i) for i from 0 on, until nothing is left that 32 bits can tell from 1.
 *
 * @param mean from 0 to 700: beyond, e^-mean is no number any more
 */
export function poissonCumulated(mean: number): Float64Array {
  const cumulated: number[] = [];
  let probability = Math.exp(-mean);
  let sum = probability;
  for (let count = 0; ; count++) {
    cumulated.push(sum);
    if (count >= mean && probability < 2 ** -40) return Float64Array.from(cumulated);
    probability *= mean / (count + 1);
    sum += probability;
  }
}

/** The least count whose cumulated probability lies above a uniform number. */
export function drawCount(cumulated: Float64Array, rng: Pick<Rng, 'uniform'>): number {
  const wanted = rng.uniform();
  let low = 0;
  let high = cumulated.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulated[middle]! > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
