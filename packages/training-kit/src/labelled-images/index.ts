// Labelled images in memory: splits of them, held-out parts, augmentation, batches made in worker threads; and the sets
// that need no folder of the user's: CIFAR-10, CIFAR-100 and rendered shapes.
export { openCifar } from '../cifar/cifar-set.js';
export { cifarArchives, fetchCifar, type FetchedCifar } from '../cifar/cifar-archive.js';
export { cifar100Format, cifar10Format } from '../cifar/cifar.js';
export { openRenderedShapes } from '../rendered-shapes/rendered-set.js';
export { renderedClassNames, renderSplit } from '../rendered-shapes/rendered.js';
export { noAugmentation, standardAugmentation, type Augmentation } from './augment.js';
export { allocateImages, imageAt } from './image-arrays.js';
export { imageSetData, type ImageSet } from './image-set.js';
export { memorySplit } from './memory-split.js';
export { imagenetNormalization, type Normalization } from './normalization.js';
export { countClasses, drawHeldOut, takeEvenly, type EvalBatch, type Split, type TrainBatch } from './split.js';
