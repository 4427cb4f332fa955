// Both tasks' errors over a set, batch by batch, and what a guess without a look at the image would get.
import { type DepthErrors, type DepthScale, DepthSums } from './depth-metrics.js';
import { type NormalErrors, NormalSums } from './normal-metrics.js';

/** What is known of some images; pixels in row order, one image after the other. */
export interface Truth {
  /** float32 [numPixels], metres; above 0 where the mask is 1. */
  readonly depths: Float32Array;
  /** float32 [numPixels]: 1 for known pixels, else 0. */
  readonly depthMask: Float32Array;
  /** float32 [numPixels · 3], of length 1 where the mask is 1. */
  readonly normals: Float32Array;
  /** float32 [numPixels]: 1 for known pixels, else 0. */
  readonly normalsMask: Float32Array;
}

/** What is predicted for the same pixels. */
export type PredictedPixels = Pick<Truth, 'depths' | 'normals'>;

/** Errors over a set. */
export interface MultitaskErrors {
  readonly depth: DepthErrors;
  readonly normals: NormalErrors;
}

/** Adds up the errors of both tasks over the batches of a set, in any order and of any sizes. */
export class MultitaskSums {
  readonly #depth: DepthSums;
  readonly #normals = new NormalSums();

  constructor(scale: DepthScale) {
    this.#depth = new DepthSums(scale);
  }

  /** @throws RangeError as `DepthSums.add` and `NormalSums.add` do */
  add(predicted: PredictedPixels, truth: Truth): void {
    this.#depth.add(predicted.depths, truth.depths, truth.depthMask);
    this.#normals.add(predicted.normals, truth.normals, truth.normalsMask);
  }

  /** @throws RangeError when no pixel was known to one of the tasks */
  errors(): MultitaskErrors {
    return { depth: this.#depth.errors(), normals: this.#normals.errors() };
  }
}

/** The same for every pixel. */
export interface ConstantPrediction {
  /** Metres. */
  readonly depth: number;
  /** Of length 1. */
  readonly normal: readonly [number, number, number];
}

/** Finds the best constant: over the known pixels of train, the mean depth and the direction of the mean normal. */
export class ConstantFit {
  #depth = 0;
  #numDepths = 0;
  readonly #normal: [number, number, number] = [0, 0, 0];

  add({ depths, depthMask, normals, normalsMask }: Truth): void {
    depthMask.forEach((known, i) => {
      if (known === 0) return;
      this.#depth += depths[i]!;
      this.#numDepths++;
    });
    normalsMask.forEach((known, i) => {
      if (known === 0) return;
      for (let component = 0; component < 3; component++) this.#normal[component]! += normals[3 * i + component]!;
    });
  }

  /** @throws RangeError when no depth was known, or the normals have no common direction */
  prediction(): ConstantPrediction {
    const [x, y, z] = this.#normal;
    const length = Math.hypot(x, y, z);
    if (this.#numDepths === 0 || length === 0) {
      throw new RangeError(
        `A constant needs known depths and normals to be fitted to, got ${this.#numDepths} depths and normals that add ` +
          `up to a length of ${length}.`,
      );
    }
    return { depth: this.#depth / this.#numDepths, normal: [x / length, y / length, z / length] };
  }
}

/** A constant as if a network had predicted it. */
export function constantPixels({ depth, normal }: ConstantPrediction, numPixels: number): PredictedPixels {
  return {
    depths: new Float32Array(numPixels).fill(depth),
    normals: Float32Array.from({ length: 3 * numPixels }, (_, i) => normal[i % 3]!),
  };
}
