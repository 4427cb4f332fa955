// The numbers of a step that methods decide by, brought over from the device together: one read-back a step.
import * as tf from '@tensorflow/tfjs-core';

/** Columns of numbers, one row a sample. */
export interface Readings {
  /** Column `j` of sample `i`. */
  readonly at: (i: number, j: number) => number;
}

/** @param columns each [batch, any]; read side by side, and disposed */
export function readTogether(columns: readonly tf.Tensor2D[]): Readings {
  const all = tf.concat2d([...columns], 1);
  const numColumns = all.shape[1];
  const values = all.dataSync();
  tf.dispose([all, ...columns]);
  return { at: (i, j) => values[i * numColumns + j]! };
}

/** f(z) and f(z) − z, both [batch, size]. */
export interface Evaluation {
  readonly value: tf.Tensor2D;
  readonly change: tf.Tensor2D;
}

/**
 * Evaluates a map; the caller disposes both tensors.
 *
 * @throws RangeError when the map gives another shape than it was given
 */
export function evaluate(map: (z: tf.Tensor2D) => tf.Tensor2D, z: tf.Tensor2D): Evaluation {
  return tf.tidy(() => {
    const value = map(z);
    if (value.shape[0] !== z.shape[0] || value.shape[1] !== z.shape[1]) {
      throw new RangeError(
        `The map gave [${value.shape.join(', ')}] for [${z.shape.join(', ')}], expected the same shape.`,
      );
    }
    return { value, change: tf.sub<tf.Tensor2D>(value, z) };
  });
}
