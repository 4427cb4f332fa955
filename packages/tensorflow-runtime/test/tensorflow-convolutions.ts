// Convolutions by TensorFlow's own operations, for tests to compare ours with.
import * as tf from '@tensorflow/tfjs-core';

/** Runs `work` as while a function is traced: no operation of ours takes a convolution over. */
export function byTensorflow<Result>(work: () => Result): Result {
  const backend = tf.backend();
  Object.assign(backend, { isTraced: true });
  try {
    return work();
  } finally {
    Reflect.deleteProperty(backend, 'isTraced');
  }
}
