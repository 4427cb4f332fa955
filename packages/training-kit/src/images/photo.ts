// An image file as an image or as an error that names it; and photographs made smaller.
import sharp from 'sharp';
import { DataError, reasonOf } from '../errors.js';
import { type DecodedImage, decodeImage } from './decoded-image.js';

/**
 * Decodes an image file at its full size, as `decodeImage` does.
 *
 * @throws DataError when the file cannot be read, is no JPEG, PNG or WebP image, is broken or too large
 */
export async function readPhoto(file: string): Promise<DecodedImage> {
  try {
    return await decodeImage(file);
  } catch (cause) {
    throw new DataError(file, `Cannot read ${file}: ${reasonOf(cause)}.`, { cause });
  }
}

/**
 * Halves the image as often as leaves `minDensity` pixels for each pixel of its full size, or more. Sampling it less
 * than twice as coarsely does not alias, however large the photograph.
 *
 * @param image at its full size
 * @param minDensity above 0; from 1 on nothing is thrown away
 * @returns a new image, or the one given where it is not to be halved
 */
export async function thinOut(image: DecodedImage, minDensity: number): Promise<DecodedImage> {
  const { width, height, fullWidth, fullHeight } = image;
  let shrink = 1;
  while (minDensity > 0 && 1 / (2 * shrink) >= minDensity) shrink *= 2; // exact, where a logarithm rounds
  if (shrink <= 1) return image;
  const { data, info } = await sharp(image.pixels, { raw: { width, height, channels: 3 } })
    .resize(Math.ceil(width / shrink), Math.ceil(height / shrink), { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height, fullWidth, fullHeight };
}
