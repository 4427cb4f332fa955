// How alike the channels of feature maps are: Pearson's correlation of each two, over images and positions.

/** Correlations of a network's channels. */
export interface ChannelCorrelations {
  /** float64, Pearson's r of each pair of channels that vary; in [−1, 1]. */
  readonly pairs: Float64Array;
  /** Channels that are one value everywhere: they have no correlation and are left out. */
  readonly numConstant: number;
}

/** Sums over positions seen so far. */
export interface CorrelationSums {
  /** @param maps float32 [positions, numChannels]: feature maps in row order, whatever their other dimensions */
  add(maps: Float32Array): void;
  correlations(): ChannelCorrelations;
}

/**
 * Starts sums of products of channels, in double precision. Channels are taken relative to the first position, so that a
 * channel that hardly varies about a large value loses no digits, and one that does not vary at all has sums of 0.
 */
export function sumCorrelations(numChannels: number): CorrelationSums {
  let first: Float64Array | undefined;
  let count = 0;
  const sums = new Float64Array(numChannels);
  const products = new Float64Array(numChannels * numChannels); // for second ≤ first channel
  const row = new Float64Array(numChannels);
  return {
    add(maps) {
      if (maps.length % numChannels !== 0) {
        throw new RangeError(`add: ${maps.length} values are no whole positions of ${numChannels} channels.`);
      }
      if (maps.length === 0) return;
      first ??= Float64Array.from(maps.subarray(0, numChannels));
      for (let start = 0; start < maps.length; start += numChannels) {
        for (let i = 0; i < numChannels; i++) {
          const value = maps[start + i]! - first[i]!;
          row[i] = value;
          sums[i]! += value;
          for (let j = 0; j <= i; j++) products[i * numChannels + j]! += value * row[j]!;
        }
        count++;
      }
    },
    correlations() {
      const covariance = (i: number, j: number): number =>
        products[i * numChannels + j]! - (sums[i]! * sums[j]!) / count;
      const varying = Array.from(sums.keys()).filter((i) => products[i * numChannels + i]! > 0);
      const pairs = varying.flatMap((i, position) =>
        varying.slice(0, position).map((j) => {
          const r = covariance(i, j) / Math.sqrt(covariance(i, i) * covariance(j, j));
          return Math.max(-1, Math.min(1, r)); // rounding may lead out
        }),
      );
      return { pairs: Float64Array.from(pairs), numConstant: numChannels - varying.length };
    },
  };
}

/** The absolute values of correlations. */
export interface AbsoluteCorrelations {
  readonly mean: number;
  /** Shares of pairs, 1 in all: the bins divide [0, 1] evenly, the last one with 1 in it. */
  readonly histogram: readonly number[];
}

/** @throws RangeError where there is no pair */
export function absoluteCorrelations(pairs: Float64Array, numBins: number): AbsoluteCorrelations {
  if (pairs.length === 0) throw new RangeError('Fewer than two channels vary, so that there is no correlation.');
  const counts = new Array<number>(numBins).fill(0);
  for (const r of pairs) counts[Math.min(numBins - 1, Math.floor(Math.abs(r) * numBins))]!++;
  return {
    mean: pairs.reduce((sum, r) => sum + Math.abs(r), 0) / pairs.length,
    histogram: counts.map((count) => count / pairs.length),
  };
}
