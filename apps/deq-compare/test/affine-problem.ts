// Fixed points that are known: z = A·z + b, another A and b for each sample.
import * as tf from '@tensorflow/tfjs-core';
import type { Rng } from 'rpg-core';

export interface AffineProblem {
  /** [sample][row][column] */
  readonly matrices: readonly (readonly (readonly number[])[])[];
  /** [sample][row] */
  readonly offsets: readonly (readonly number[])[];
  /** What the map leaves as it is: [sample][row]. */
  readonly solutions: readonly (readonly number[])[];
}

/** @param options.rate each row of |A| sums to this: below 1 the map is a contraction */
export function affineProblem(options: {
  readonly numSamples: number;
  readonly size: number;
  readonly rate: number;
  readonly rng: Rng;
}): AffineProblem {
  const { numSamples, size, rate, rng } = options;
  const vector = (): number[] => Array.from({ length: size }, () => rng.normal());
  const row = (): number[] => {
    const values = vector();
    const sum = values.reduce((total, value) => total + Math.abs(value), 0);
    return values.map((value) => (rate * value) / sum);
  };
  const samples = Array.from({ length: numSamples }, () => ({
    matrix: Array.from({ length: size }, row),
    solution: vector(),
  }));
  return {
    matrices: samples.map(({ matrix }) => matrix),
    solutions: samples.map(({ solution }) => solution),
    offsets: samples.map(({ matrix, solution }) =>
      matrix.map((a, i) => solution[i]! - a.reduce((sum, value, j) => sum + value * solution[j]!, 0)),
    ),
  };
}

/** The map of all samples, or of sample `only`. */
export function affineMap({ matrices, offsets }: AffineProblem, only?: number): (z: tf.Tensor2D) => tf.Tensor2D {
  const of = <T>(all: readonly T[]): T[] => (only === undefined ? [...all] : [all[only]!]);
  const a = of(matrices) as number[][][];
  const b = of(offsets) as number[][];
  return (z) =>
    tf.tidy(() => {
      const columns = tf.matMul(tf.tensor3d(a), tf.expandDims<tf.Tensor3D>(z, 2));
      return tf.add<tf.Tensor2D>(tf.squeeze<tf.Tensor2D>(columns, [2]), tf.tensor2d(b));
    });
}
