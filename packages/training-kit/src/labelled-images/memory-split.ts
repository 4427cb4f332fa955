// A split whose images lie in memory: CIFAR and the rendered set.
import { examplesInMemory } from '../data-identity/identity.js';
import type { Augmentation } from './augment.js';
import { evalBatches } from './eval-batches.js';
import { type ImageArrays, imageAt, selectImages } from './image-arrays.js';
import type { Normalization } from './normalization.js';
import type { Split } from './split.js';
import { trainBatches } from './train-batches.js';

/** What becomes of an image on its way to the network. */
export interface MemoryPipeline {
  readonly normalization: Normalization;
  readonly augmentation: Augmentation;
  /** Threads that make training batches. */
  readonly numWorkers: number;
}

/** `arrays` as a split. */
export function memorySplit(arrays: ImageArrays, pipeline: MemoryPipeline): Split {
  const { numExamples, images, labels, imageShape } = arrays;
  const { normalization } = pipeline;
  return {
    numExamples,
    labels,
    imageShape,
    trainBatches: (order) => trainBatches(arrays, { ...order, ...pipeline }),
    evalBatches: ({ batchSize }) => evalBatches(arrays, { batchSize, normalization }),
    imageAt: (index) => Promise.resolve(imageAt(arrays, index)),
    select: (indices) => memorySplit(selectImages(arrays, indices), pipeline),
    identify: () => examplesInMemory(numExamples, [images, labels]),
  };
}
