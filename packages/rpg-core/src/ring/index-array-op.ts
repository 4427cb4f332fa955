// Large index arrays by an operation of the backend, where it brings one: the same bits as index-array.ts, sooner.
import * as tf from '@tensorflow/tfjs-core';
import { hasKernel } from '../ops/portable-op.js';
import { checkSizes, type IndexArrayOptions } from './index-array.js';
import type { Rng } from './rng.js';
import { numBucketsOf } from './shuffle.js';

/** Input { states }, int32 [3 + B, 4]; attributes { ringSize, numGenerated, reflect }; output int32 [numGenerated]. */
const KERNEL = 'RpgIndexArray';

/**
 * As `drawIndexArray`, for arrays of several buckets that are sampled evenly.
 *
 * @returns undefined for others, and where the backend has no such operation
 * @throws RangeError for sizes outside 1…2^30
 */
export function drawByKernel(options: Required<IndexArrayOptions>, rng: Rng): Int32Array | undefined {
  checkSizes(options); // the operation believes them
  const { ringSize, numGenerated, sampling, reflect } = options;
  const numBuckets = numBucketsOf(numGenerated);
  if (sampling !== 'even' || numBuckets === 1 || !hasKernel(KERNEL)) return undefined;
  // The forks of index-array.ts and shuffle.ts, by their paths.
  const streams = ['remainder', 'signs', 'shuffle/buckets'];
  for (let bucket = 0; bucket < numBuckets; bucket++) streams.push(`shuffle/bucket-${bucket}`);
  const words = streams.map((stream) => [...rng.fork(stream).stateWords()]);
  const states = tf.tensor(words, undefined, 'int32');
  const indices = tf.engine().runKernel<tf.Tensor>(KERNEL, { states }, { ringSize, numGenerated, reflect });
  // Not in a tidy: it would look for tensors in the array, element by element.
  const values = indices.dataSync<'int32'>();
  tf.dispose([states, indices]);
  return values;
}
