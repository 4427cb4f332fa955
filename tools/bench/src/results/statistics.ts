// Medians and quartiles of measured times: one busy moment of the machine spoils a mean.

/** Order statistics of some times, in the times' own unit. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
}

/** @throws RangeError without values */
export function spreadOf(values: readonly number[]): Spread {
  return {
    median: quantile(values, 0.5),
    min: quantile(values, 0),
    max: quantile(values, 1),
    lowerQuartile: quantile(values, 0.25),
    upperQuartile: quantile(values, 0.75),
  };
}

/** Distance of the quartiles, which holds the middle half of all values. */
export function interquartileRange({ lowerQuartile, upperQuartile }: Spread): number {
  return upperQuartile - lowerQuartile;
}

/**
 * The value below which the share `q` of the values lies, joined linearly between neighbours (Hyndman and Fan's type 7,
 * which NumPy and R use unless told otherwise).
 *
 * @param q in [0, 1]
 * @throws RangeError without values, or for a share outside [0, 1]
 */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new RangeError('A quantile needs at least one value, got none.');
  if (!(q >= 0 && q <= 1)) throw new RangeError(`The share of a quantile is ${q}, expected 0 to 1.`);
  const sorted = values.toSorted((a, b) => a - b);
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const lower = sorted[below]!;
  const upper = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return lower + (position - below) * (upper - lower);
}

/**
 * Median of `numerators[i] / denominators[i]`. Values of one index were measured right after each other, so that a
 * machine that slows down for a while slows both and leaves their ratio.
 *
 * @throws RangeError when the lists differ in length or are empty
 */
export function medianRatio(numerators: readonly number[], denominators: readonly number[]): number {
  if (numerators.length !== denominators.length) {
    throw new RangeError(
      `Pairwise ratios need lists of one length, got ${numerators.length} and ${denominators.length} values.`,
    );
  }
  return quantile(
    numerators.map((value, i) => value / denominators[i]!),
    0.5,
  );
}
