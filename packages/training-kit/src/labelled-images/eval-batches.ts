// Batches for an evaluation: every example once, in order, as it is. Made where they are used, on the main thread: a
// batch of 128 takes half a millisecond, less than the way to a worker and back.
import { plainView, writeView } from './augment.js';
import { type ImageArrays, imageAt, imageSizeBytes } from './image-arrays.js';
import { type Normalization, normalizationTable } from './normalization.js';
import type { EvalBatch } from './split.js';

/**
 * All examples in order, in batches of `batchSize`; the last one may be smaller. Each batch has memory of its
 * own; no examples give none.
 *
 * @throws RangeError when `batchSize` is not an integer from 1
 */
export function* evalBatches(
  arrays: ImageArrays,
  { batchSize, normalization }: { readonly batchSize: number; readonly normalization: Normalization },
): Generator<EvalBatch, void, undefined> {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`batchSize is ${batchSize}, expected an integer from 1.`);
  }
  const { imageShape } = arrays;
  const table = normalizationTable(normalization);
  const imageLength = imageSizeBytes(imageShape);
  for (let firstExample = 0; firstExample < arrays.numExamples; firstExample += batchSize) {
    const numExamples = Math.min(batchSize, arrays.numExamples - firstExample);
    const images = new Float32Array(numExamples * imageLength);
    for (let i = 0; i < numExamples; i++) {
      const out = images.subarray(i * imageLength, (i + 1) * imageLength);
      writeView(imageAt(arrays, firstExample + i), imageShape, plainView, table, out);
    }
    const labels = Int32Array.from(arrays.labels.subarray(firstExample, firstExample + numExamples));
    const examples = Int32Array.from(labels, (_, i) => firstExample + i);
    yield { examples, numExamples, images, labels, imageShape };
  }
}
