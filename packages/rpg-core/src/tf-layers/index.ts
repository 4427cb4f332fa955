export { RpgRing, type RingSlot, type RpgRingArgs } from './rpg-ring.js';
export type { RingFedArgs, RingFedClass, RingFedLayer } from './fed-by-ring.js';
export type { RegularizerConfig } from './regularizer-config.js';
export {
  registerRpgLayers,
  RpgConv2D,
  RpgConv2DTranspose,
  RpgDense,
  RpgDepthwiseConv2D,
  RpgEmbedding,
  RpgSeparableConv2D,
  rpgConv2d,
  rpgConv2dTranspose,
  rpgDense,
  rpgDepthwiseConv2d,
  rpgEmbedding,
  rpgRing,
  rpgSeparableConv2d,
  type RpgConv2DArgs,
  type RpgConv2DTransposeArgs,
  type RpgDenseArgs,
  type RpgDepthwiseConv2DArgs,
  type RpgEmbeddingArgs,
  type RpgSeparableConv2DArgs,
} from './ring-fed-layers.js';
export type { ExcludedLayers } from './excluded-layers.js';
export { rpgify, type Rpgified, type RpgifyCounts, type RpgifyOptions } from './rpgify.js';
export { packLayersModel, packLayersModelFolder } from './pack-layers-model.js';
export { unpackLayersModel, type LoadedLayersModel, type LoadLayersOptions } from './unpack-layers-model.js';
