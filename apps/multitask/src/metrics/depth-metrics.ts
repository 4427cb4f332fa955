// How far predicted depths are off: sums over the known pixels of a whole set, divided once at the end.

/** What metrics need to know of the scale. */
export interface DepthScale {
  /** Metres; predictions are held at or below, and errors are given as a share of it. */
  readonly maxDepth: number;
  /** Metres; predictions are held at or above, so that each has a logarithm. Default 0.1. */
  readonly minDepth?: number;
}

/** Errors over all known pixels of a set. */
export interface DepthErrors {
  /** Metres: √ of the mean squared error. */
  readonly rmse: number;
  /** `rmse` as a share of `maxDepth`. */
  readonly rmseOfRange: number;
  /** Mean of |d̂ − d| / d. */
  readonly relative: number;
  /** Mean of |log₁₀ d̂ − log₁₀ d|. */
  readonly log10: number;
  /** √ of the mean of (ln d̂ − ln d)². */
  readonly rmseLog: number;
  /** Shares in [0, 1] of pixels with max(d̂ / d, d / d̂) below 1.25, 1.25², 1.25³. */
  readonly within: readonly [number, number, number];
  readonly numPixels: number;
}

const thresholds = [1.25, 1.25 ** 2, 1.25 ** 3] as const;

/**
 * Adds up depth errors. Every known pixel of the set counts alike, however few of them its image has: the published
 * SharpNet evaluation takes a mean over images.
 */
export class DepthSums {
  readonly #maxDepth: number;
  readonly #minDepth: number;
  #numPixels = 0;
  #squares = 0;
  #relative = 0;
  #log10 = 0;
  #logSquares = 0;
  readonly #numWithin: [number, number, number] = [0, 0, 0];

  /** @throws RangeError unless 0 < minDepth < maxDepth */
  constructor({ maxDepth, minDepth = 0.1 }: DepthScale) {
    if (!(minDepth > 0) || !(maxDepth > minDepth)) {
      throw new RangeError(
        `Depths are to be held between ${minDepth} and ${maxDepth} m, expected minDepth above 0 and below maxDepth.`,
      );
    }
    this.#maxDepth = maxDepth;
    this.#minDepth = minDepth;
  }

  /**
   * @param predicted metres
   * @param actual metres; above 0 where the mask is 1, anything elsewhere
   * @param mask 1 for known pixels, 0 for others; all of one length
   * @throws RangeError for lengths that differ, a known depth that is not above 0, or a prediction that is not finite
   */
  add(predicted: Float32Array, actual: Float32Array, mask: Float32Array): void {
    checkLengths({ predicted, actual, mask });
    for (let i = 0; i < mask.length; i++) {
      if (mask[i] === 0) continue;
      const truth = actual[i]!;
      if (!(truth > 0) || truth === Infinity) {
        throw new RangeError(`A known depth is ${truth}, expected metres above 0; mask pixels that are missing.`);
      }
      if (!Number.isFinite(predicted[i]!)) {
        throw new RangeError(`A predicted depth is ${predicted[i]!}; the network has diverged.`);
      }
      this.#addPixel(Math.min(this.#maxDepth, Math.max(this.#minDepth, predicted[i]!)), truth);
    }
  }

  #addPixel(depth: number, truth: number): void {
    const logError = Math.log(depth / truth);
    this.#numPixels++;
    this.#squares += (depth - truth) ** 2;
    this.#relative += Math.abs(depth - truth) / truth;
    this.#log10 += Math.abs(logError) / Math.LN10;
    this.#logSquares += logError ** 2;
    const ratio = Math.max(depth / truth, truth / depth);
    thresholds.forEach((threshold, i) => {
      if (ratio < threshold) this.#numWithin[i]!++;
    });
  }

  /** @throws RangeError when no pixel was known */
  errors(): DepthErrors {
    const numPixels = this.#numPixels;
    if (numPixels === 0) {
      throw new RangeError('No pixel of the set has a known depth, expected at least one; look at the masks.');
    }
    const rmse = Math.sqrt(this.#squares / numPixels);
    const [first, second, third] = this.#numWithin;
    return {
      rmse,
      rmseOfRange: rmse / this.#maxDepth,
      relative: this.#relative / numPixels,
      log10: this.#log10 / numPixels,
      rmseLog: Math.sqrt(this.#logSquares / numPixels),
      within: [first / numPixels, second / numPixels, third / numPixels],
      numPixels,
    };
  }
}

function checkLengths(arrays: Record<'predicted' | 'actual' | 'mask', Float32Array>): void {
  const { predicted, actual, mask } = arrays;
  if (predicted.length === mask.length && actual.length === mask.length) return;
  throw new RangeError(
    `Got ${predicted.length} predicted and ${actual.length} known depths for a mask of ${mask.length} pixels, expected one each.`,
  );
}
