// Vectors of each sample that a method remembers, kept so that products with all of them are few operations.
import * as tf from '@tensorflow/tfjs-core';

/** Of merged rows: more save few operations, and larger tensors are slower to get memory for. */
const ROWS_PER_BLOCK = 4;

/**
 * An ordered list of rows, each one vector a sample: [batch, size].
 *
 * With `isMerged`, every four rows are joined to one tensor, each row copied once: products take few operations, and what
 * is copied grows with the number of rows, not faster. Without, the oldest row can be dropped.
 */
export class RowStore {
  readonly #isMerged: boolean;
  #blocks: tf.Tensor3D[] = [];

  constructor({ isMerged }: { readonly isMerged: boolean }) {
    this.#isMerged = isMerged;
  }

  get numRows(): number {
    return this.#blocks.reduce((sum, block) => sum + block.shape[1], 0);
  }

  /** @param row [batch, size]; stays the caller's */
  append(row: tf.Tensor2D): void {
    this.#blocks.push(asBlock(row));
    if (!this.#isMerged) return;
    const singles = this.#blocks.filter((block) => block.shape[1] === 1);
    if (singles.length < ROWS_PER_BLOCK) return;
    this.#blocks.splice(-ROWS_PER_BLOCK, ROWS_PER_BLOCK, tf.concat3d(singles, 1));
    tf.dispose(singles);
  }

  /** @throws RangeError when rows are merged */
  dropOldest(): void {
    if (this.#isMerged) throw new RangeError('RowStore: merged rows cannot be dropped one by one; use clear().');
    this.#blocks.shift()?.dispose();
  }

  clear(): void {
    tf.dispose(this.#blocks);
    this.#blocks = [];
  }

  /**
   * Products of `vector` with every row.
   *
   * @param vector [batch, size]
   * @returns one tensor [batch, rows of the block] a block, oldest first; the caller disposes them
   */
  dots(vector: tf.Tensor2D): tf.Tensor2D[] {
    return tf.tidy(() => {
      const block = asBlock(vector);
      return this.#blocks.map((rows) => {
        const products = tf.matMul(rows, block, false, true); // [batch, rows, 1]
        return tf.reshape<tf.Rank.R2>(products, [rows.shape[0], rows.shape[1]]);
      });
    });
  }

  /**
   * Sums of rows, one a block; all of them added are Σ c·row.
   *
   * @param coefficients [sample][row]
   * @returns tensors [batch, size]; the caller disposes them
   */
  weigh(coefficients: readonly ArrayLike<number>[]): tf.Tensor2D[] {
    let start = 0;
    return this.#blocks.map((rows) => {
      const [numSamples, numRows, size] = rows.shape;
      const values = new Float32Array(numSamples * numRows);
      for (let i = 0; i < numSamples; i++) {
        for (let row = 0; row < numRows; row++) values[i * numRows + row] = coefficients[i]![start + row]!;
      }
      start += numRows;
      return tf.tidy(() =>
        tf.reshape<tf.Rank.R2>(tf.matMul(tf.tensor3d(values, [numSamples, 1, numRows]), rows), [numSamples, size]),
      );
    });
  }
}

/**
 * ‖v‖² of each sample in one pass.
 *
 * @param vector [batch, size]
 * @returns [batch, 1]; the caller disposes it
 */
export function squaredNorms(vector: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const block = asBlock(vector);
    return tf.reshape<tf.Rank.R2>(tf.matMul(block, block, false, true), [vector.shape[0], 1]);
  });
}

function asBlock(row: tf.Tensor2D): tf.Tensor3D {
  return tf.reshape<tf.Rank.R3>(row, [row.shape[0], 1, row.shape[1]]);
}
