// What `rpg-core/layers` gave up to 0.1.0, and gives until 0.2.0: the layers of `rpg-core/tf-layers`. As long as this file is
// here, `rpg-core/layers` loads @tensorflow/tfjs-layers. To end that, delete this file, the line of index.ts that names
// it, and deprecated-tf-layers.test.ts.
export {
  /** @deprecated Import it from rpg-core/tf-layers. */
  RpgRing,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type RingSlot,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type RpgRingArgs,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type RingFedArgs,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type RingFedClass,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type RingFedLayer,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type RegularizerConfig,
  /** @deprecated Import it from rpg-core/tf-layers. */
  registerRpgLayers,
  /** @deprecated Import it from rpg-core/tf-layers. */
  RpgConv2D,
  /** @deprecated Import it from rpg-core/tf-layers. */
  RpgConv2DTranspose,
  /** @deprecated Import it from rpg-core/tf-layers. */
  RpgDense,
  /** @deprecated Import it from rpg-core/tf-layers. */
  RpgDepthwiseConv2D,
  /** @deprecated Import it from rpg-core/tf-layers. */
  RpgEmbedding,
  /** @deprecated Import it from rpg-core/tf-layers. */
  RpgSeparableConv2D,
  /** @deprecated Import it from rpg-core/tf-layers. */
  rpgConv2d,
  /** @deprecated Import it from rpg-core/tf-layers. */
  rpgConv2dTranspose,
  /** @deprecated Import it from rpg-core/tf-layers. */
  rpgDense,
  /** @deprecated Import it from rpg-core/tf-layers. */
  rpgDepthwiseConv2d,
  /** @deprecated Import it from rpg-core/tf-layers. */
  rpgEmbedding,
  /** @deprecated Import it from rpg-core/tf-layers. */
  rpgRing,
  /** @deprecated Import it from rpg-core/tf-layers. */
  rpgSeparableConv2d,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type RpgConv2DArgs,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type RpgConv2DTransposeArgs,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type RpgDenseArgs,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type RpgDepthwiseConv2DArgs,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type RpgEmbeddingArgs,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type RpgSeparableConv2DArgs,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type ExcludedLayers,
  /** @deprecated Import it from rpg-core/tf-layers. */
  rpgify,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type Rpgified,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type RpgifyCounts,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type RpgifyOptions,
  /** @deprecated Import it from rpg-core/tf-layers. */
  packLayersModel,
  /** @deprecated Import it from rpg-core/tf-layers. */
  packLayersModelFolder,
  /** @deprecated Import it from rpg-core/tf-layers. */
  unpackLayersModel,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type LoadedLayersModel,
  /** @deprecated Import it from rpg-core/tf-layers. */
  type LoadLayersOptions,
} from '../tf-layers/index.js';
