// Labelled images in memory: splits of them, held-out parts, augmentation, batches made in worker threads.
export { checkAugmentation, noAugmentation, standardAugmentation, type Augmentation } from './augment.js';
export { allocateImages, imageAt, imageSizeBytes, type ImageArrays } from './image-arrays.js';
export { imageSetData, type ImageSet, type ImageSetSettings } from './image-set.js';
export { memorySplit, type MemoryPipeline } from './memory-split.js';
export {
  cifar100Normalization,
  cifar10Normalization,
  imagenetNormalization,
  normalizationTable,
  type Normalization,
} from './normalization.js';
export {
  countClasses,
  drawHeldOut,
  holdOut,
  takeEvenly,
  type EvalBatch,
  type ImageShape,
  type Split,
  type TrainBatch,
  type TrainOrder,
} from './split.js';
