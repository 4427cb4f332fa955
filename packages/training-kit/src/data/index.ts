// Parts of a data pipeline. Batches are made in worker threads, so this loads no TensorFlow, no charts and no image
// decoder.
export {
  type BatchWork,
  evalBatchesOf,
  type ExampleSource,
  trainBatchesOf,
  type TrainOrder,
} from '../batches/example-batches.js';
export { createExampleOrder, shuffledIndices } from '../batches/example-order.js';
export {
  createExampleBatches,
  type ExampleMaker,
  type ExampleShapes,
  type ExampleWork,
  serveExamples,
} from '../batches/example-worker.js';
export { createLeftOutImages, type LeftOutImage, type LeftOutImages } from '../batches/left-out-images.js';
export { compiledWorker } from '../batches/prefetch.js';
export { MAX_TRIES } from '../batches/stand-in.js';
export { readFileBytes, readReason } from '../files/file-bytes.js';
export { drawValueNoise } from '../images/value-noise.js';
export { isJsonObject, type JsonObject, type JsonValue, leavesOf } from '../json/json.js';
export { parseJsonBytes } from '../json/json-text.js';
export { groupedDigits } from '../words/grouped-digits.js';
export { shortJson } from '../words/short-json.js';
