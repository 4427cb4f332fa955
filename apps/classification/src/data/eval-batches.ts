// Batches for an evaluation: every example once, in order, as it is. Made where they are used, on the main thread: a
// batch of 128 takes half a millisecond, less than the way to a worker and back.
import { plainView, writeView } from './augment.js';
import { normalizationTable, type Normalization } from './normalization.js';
import { imageAt, imageSizeBytes, type ImageShape, type Split } from './split.js';

export interface EvalBatch {
  /** Place of the batch's first example in the split. */
  readonly firstExample: number;
  readonly numExamples: number;
  /** float32 [numExamples, height, width, 3], normalised */
  readonly images: Float32Array;
  /** int32 [numExamples] */
  readonly labels: Int32Array;
  readonly imageShape: ImageShape;
}

/**
 * All examples of `split` in order, in batches of `batchSize`; the last one may be smaller. Each batch has memory of its
 * own; an empty split gives none.
 *
 * @throws RangeError when `batchSize` is not an integer from 1
 */
export function* evalBatches(
  split: Split,
  { batchSize, normalization }: { readonly batchSize: number; readonly normalization: Normalization },
): Generator<EvalBatch, void, undefined> {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`batchSize is ${batchSize}, expected an integer from 1.`);
  }
  const { imageShape } = split;
  const table = normalizationTable(normalization);
  const imageLength = imageSizeBytes(imageShape);
  for (let firstExample = 0; firstExample < split.numExamples; firstExample += batchSize) {
    const numExamples = Math.min(batchSize, split.numExamples - firstExample);
    const images = new Float32Array(numExamples * imageLength);
    for (let i = 0; i < numExamples; i++) {
      const out = images.subarray(i * imageLength, (i + 1) * imageLength);
      writeView(imageAt(split, firstExample + i), imageShape, plainView, table, out);
    }
    const labels = Int32Array.from(split.labels.subarray(firstExample, firstExample + numExamples));
    yield { firstExample, numExamples, images, labels, imageShape };
  }
}
