// Image files of users and datasets; apart from the rest of training-kit, so that workers load no TensorFlow for them.
export { decodeImage, imageSize, type DecodedImage, type DecodeOptions } from './decoded-image.js';
export { maxPhotoPixels, readPhoto, thinOut } from './photo.js';
