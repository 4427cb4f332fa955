// Parts of a data pipeline. Batches are made in worker threads, so this loads no TensorFlow, no charts and no image
// decoder.
export { createLeftOutImages, type LeftOutImage, type LeftOutImages } from './bad-images/left-out-images.js';
export { firstLoadable, maxTries } from './bad-images/stand-in.js';
export { evalExamples, type PlacedExample, type StepExamples, trainExamples } from './bad-images/step-examples.js';
export {
  batchSizeAt,
  createExampleOrder,
  type LastBatch,
  shuffledIndices,
  stepsPerEpoch,
} from './batches/example-order.js';
export { compiledWorker, prefetchBatches } from './batches/prefetch.js';
export type { BatchLayout } from './batches/prefetch-protocol.js';
export { type BatchMaker, serveBatches } from './batches/prefetch-worker.js';
export { readFileBytes, readReason } from './files/file-bytes.js';
export { drawValueNoise } from './images/value-noise.js';
export { parseJsonBytes } from './json/json-text.js';
export { groupedDigits } from './words/grouped-digits.js';
export { shortJson } from './words/short-json.js';
