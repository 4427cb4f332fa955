// How far predicted normals are off: sums over the known pixels of a whole set, divided once at the end. SharpNet's code
// has no metric of normals; these are the usual definitions.

/** Errors over all known pixels of a set; angles in degrees. */
export interface NormalErrors {
  /** √ of the mean squared error of a component, of which each pixel has three; at most 2/√3. */
  readonly rmse: number;
  readonly meanAngle: number;
  /** Exact to 0.005°. */
  readonly medianAngle: number;
  /** Shares in [0, 1] of pixels with an angle below 11.25°, 22.5°, 30°. */
  readonly within: readonly [number, number, number];
  readonly numPixels: number;
}

const thresholds = [11.25, 22.5, 30] as const;

/** Angles are counted in steps of 0.01°: a set's own are too many to be kept for an exact median. */
const STEPS_PER_DEGREE = 100;

/** Adds up errors of normals; every known pixel of the set counts alike. */
export class NormalSums {
  #numPixels = 0;
  #squares = 0;
  #angles = 0;
  readonly #numWithin: [number, number, number] = [0, 0, 0];
  readonly #counts = new Float64Array(180 * STEPS_PER_DEGREE);

  /**
   * @param predicted [numPixels · 3], of any length: angles look at the direction alone; a vector of 0 has none and
   *   counts as 90°
   * @param actual [numPixels · 3], of length 1 where the mask is 1, anything elsewhere
   * @param mask [numPixels], 1 for known pixels, 0 for others
   * @throws RangeError for lengths that do not fit, or a known pixel's component that is not finite
   */
  add(predicted: Float32Array, actual: Float32Array, mask: Float32Array): void {
    if (predicted.length !== 3 * mask.length || actual.length !== 3 * mask.length) {
      throw new RangeError(
        `Got ${predicted.length} predicted and ${actual.length} known components for a mask of ${mask.length} pixels, ` +
          'expected three a pixel.',
      );
    }
    for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) this.#addPixel(predicted, actual, 3 * i);
  }

  #addPixel(predicted: Float32Array, actual: Float32Array, at: number): void {
    const [x, y, z] = [predicted[at]!, predicted[at + 1]!, predicted[at + 2]!];
    const [a, b, c] = [actual[at]!, actual[at + 1]!, actual[at + 2]!];
    const square = (x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2;
    if (!Number.isFinite(square)) {
      throw new RangeError(
        `A known normal is (${a}, ${b}, ${c}) and predicted as (${x}, ${y}, ${z}), expected finite components; ` +
          'the network has diverged or a missing pixel is not masked.',
      );
    }
    const angle = angleBetween(predicted, actual, at);
    this.#numPixels++;
    this.#squares += square;
    this.#angles += angle;
    this.#counts[Math.min(this.#counts.length - 1, Math.floor(angle * STEPS_PER_DEGREE))]!++;
    thresholds.forEach((threshold, i) => {
      if (angle < threshold) this.#numWithin[i]!++;
    });
  }

  /** @throws RangeError when no pixel was known */
  errors(): NormalErrors {
    const numPixels = this.#numPixels;
    if (numPixels === 0) {
      throw new RangeError('No pixel of the set has a known normal, expected at least one; look at the masks.');
    }
    const [first, second, third] = this.#numWithin;
    return {
      rmse: Math.sqrt(this.#squares / (3 * numPixels)),
      meanAngle: this.#angles / numPixels,
      // Of an even number the mean of the middle two.
      medianAngle: (this.#angleOfRank(Math.ceil(numPixels / 2)) + this.#angleOfRank(Math.floor(numPixels / 2) + 1)) / 2,
      within: [first / numPixels, second / numPixels, third / numPixels],
      numPixels,
    };
  }

  /** The `rank`-th smallest angle, counted from 1: the middle of the step it lies in. */
  #angleOfRank(rank: number): number {
    let numBelow = 0;
    const step = this.#counts.findIndex((count) => {
      numBelow += count;
      return numBelow >= rank;
    });
    return (step + 0.5) / STEPS_PER_DEGREE;
  }
}

/** Degrees between the vectors of which the components lie from `at` on; 90 where one has no direction. */
export function angleBetween(predicted: Float32Array, actual: Float32Array, at: number): number {
  const [x, y, z] = [predicted[at]!, predicted[at + 1]!, predicted[at + 2]!];
  const [a, b, c] = [actual[at]!, actual[at + 1]!, actual[at + 2]!];
  // By sine and cosine: the arc cosine alone loses small angles, of which 0.03° is float32's last digit.
  const sine = Math.hypot(y * c - z * b, z * a - x * c, x * b - y * a);
  const cosine = x * a + y * b + z * c;
  return sine === 0 && cosine === 0 ? 90 : (Math.atan2(sine, cosine) * 180) / Math.PI;
}
