// Draws large index arrays by an op of the backend, where it brings one: the same bits as index-array.ts, in less time.
import * as tf from '@tensorflow/tfjs-core';
import { hasOp } from '../ops/portable-op.js';
import { checkSizes, type IndexArrayOptions } from './index-array.js';
import type { Rng } from './rng.js';
import { numBucketsOf } from './shuffle.js';

/** Input { states }, int32 [3 + B, 4]; attributes { ringSize, numGenerated, reflect }; output int32 [numGenerated]. */
const OP_NAME = 'RpgIndexArray';

/**
 * As `drawIndexArray`, for arrays of several buckets that are sampled evenly.
 *
 * @returns undefined for others, and where the backend has no such op
 * @throws RangeError for sizes outside 1…2^30
 */
export function drawByOp(options: Required<IndexArrayOptions>, rng: Rng): Int32Array | undefined {
  checkSizes(options); // the op believes them
  const { ringSize, numGenerated, sampling, reflect } = options;
  const numBuckets = numBucketsOf(numGenerated);
  if (sampling !== 'even' || numBuckets === 1 || !hasOp(OP_NAME)) return undefined;
  // The forks of index-array.ts and shuffle.ts, by their paths.
  const streams = ['remainder', 'signs', 'shuffle/buckets'];
  for (let bucket = 0; bucket < numBuckets; bucket++) streams.push(`shuffle/bucket-${bucket}`);
  const words = streams.map((stream) => [...rng.fork(stream).stateWords()]);
  const states = tf.tensor(words, undefined, 'int32');
  const indices = tf.engine().runKernel<tf.Tensor>(OP_NAME, { states }, { ringSize, numGenerated, reflect });
  // Not in a tidy: it would look for tensors in the array, element by element.
  const values = indices.dataSync<'int32'>();
  tf.dispose([states, indices]);
  return values;
}
