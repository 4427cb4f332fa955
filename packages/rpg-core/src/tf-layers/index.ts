// `rpg-core/tf-layers`: layers and whole models of tf.layers on a ring.
export { RpgRing, type RingSlot, type RpgRingArgs } from './rpg-ring.js';
export type { RingFedArgs, RingFedClass, RingFedLayer } from './fed-by-ring.js';
export type { RegularizerConfig } from './convert/regularizer-config.js';
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
export type { ExcludedLayers } from './convert/excluded-layers.js';
export { rpgify, type Rpgified, type RpgifyCounts, type RpgifyOptions } from './convert/rpgify.js';
export { packLayersModel, packLayersModelFolder } from './model-file/pack-layers-model.js';
export { unpackLayersModel, type LoadedLayersModel, type LoadLayersOptions } from './model-file/unpack-layers-model.js';
