// Image files of users and datasets; apart from the rest of training-kit, so that workers load no TensorFlow for them.
export {
  decodeImage,
  decoderReason,
  imageSize,
  MAX_IMAGE_BYTES,
  MAX_IMAGE_PIXELS,
  type DecodedImage,
} from './decoded-image.js';
export { readPhoto, thinOut } from './photo.js';
export { placeholderIn } from '../files/placeholder-file.js';
