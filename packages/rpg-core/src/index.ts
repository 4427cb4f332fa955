// `rpg-core`: slots, the ring that feeds them, and models in files.
export { createRng, type Rng } from './ring/rng.js';
export { createKey, isKey } from './ring/key.js';
export {
  countUses,
  drawIndexArray,
  drawIndexArrayAsync,
  type IndexArrayOptions,
  type Sampling,
} from './ring/index-array.js';
export {
  generateReference,
  planRing,
  planRingAsync,
  planSharing,
  type GenerationPlan,
  type PlannedSlot,
  type PlanOrigin,
  type RingPlanOptions,
} from './ring/generation-plan.js';
export { Generator } from './ring/generator.js';
export type { RingSizeSetting } from './ring/split-ring-size.js';
export {
  SlotCollector,
  kaimingFanOut,
  uniformFanIn,
  type Initializer,
  type Slot,
  type SlotRole,
} from './weights/slot.js';
export {
  createWeightSource,
  type RingGenerator,
  type WeightSource,
  type WeightSourceConfig,
  type Weights,
} from './weights/weight-source.js';
export { backboneSize, type BackboneSize } from './weights/backbone-size.js';
export { countParameters, type ParameterCounts } from './weights/parameter-counts.js';
export { castTo, precisionInUse, type Precision } from './ops/precision.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsContent,
  type SafetensorsDtype,
  type SafetensorsTensor,
} from './model-file/safetensors.js';
export { packModel, packModelFolder, type SaveOptions } from './model-file/save-model.js';
export { unpackModel, type LoadedModel, type LoadOptions } from './model-file/load-model.js';
export type { PackedModel } from './model-file/model-file.js';
export type { RingFormat } from './model-file/ring-storage.js';

// These belong to `rpg-core/layers`. Until 0.2.0 they are here too, for programs without @tensorflow/tfjs-layers.
export type { ForwardContext, Layer } from './layers/layer.js';
export { conv2d, type Conv2dOptions } from './layers/conv2d.js';
export { dense, type DenseOptions } from './layers/dense.js';
export { batchNorm, batchNormAdd, type BatchNormOptions, type ResidualNorm } from './layers/batch-norm.js';
export { relu } from './layers/activations.js';
export { globalAveragePool, maxPool2d } from './layers/pooling.js';
