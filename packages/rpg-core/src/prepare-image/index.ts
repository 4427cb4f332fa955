// `rpg-core/prepare-image`: from an image to what a trained network sees. Needs no TensorFlow and reads no files.
export { centreView, type ImagePreparation, type ImageSize, type ImageView, type Stretch } from './image-view.js';
export {
  describePreparation,
  normalizeImage,
  parsePreparation,
  prepareImage,
  type ImageNormalization,
  type RgbImage,
} from './prepare-image.js';
export { resample, type ChannelScale, type RgbPixels } from './resample.js';
