// A photograph of a user: read whole and upright, with bounds on what is let in.
import sharp from 'sharp';
import { DataError } from '../errors.js';
import { decodeImage, type DecodedImage } from './decoded-image.js';
import { readFileBytes } from '../file-bytes.js';
import { groupedDigits } from '../grouped-digits.js';

/** A file above this is not read. */
const maxFileBytes = 2 ** 27;
/** An image above this is refused by its head: decoded it would take three bytes a pixel, and its pictures as much. */
export const maxPhotoPixels = 2 ** 26;

/** The decoder knows others, of which some, such as SVG, may look into further files. */
const formats: readonly string[] = ['jpeg', 'png', 'webp'];

/**
 * Reads a photograph at its full size, turned upright as its EXIF says.
 *
 * @throws DataError when the file cannot be read, is no JPEG, PNG or WebP image, is broken or too large
 */
export async function readPhoto(file: string): Promise<DecodedImage> {
  const refuse = (reason: string, cause?: unknown) => new DataError(file, `Cannot read ${file}: ${reason}.`, { cause });
  const bytes = await readFileBytes(file, maxFileBytes);
  if (bytes.length === 0) throw refuse('it is empty');
  const head = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => {
      throw refuse('it is no JPEG, PNG or WebP image, or its head is damaged', cause);
    });
  if (!formats.includes(head.format)) throw refuse(`it is of the format ${head.format}, expected JPEG, PNG or WebP`);
  const { width, height } = head;
  if (width * height > maxPhotoPixels) {
    throw refuse(
      `it has ${width} × ${height} pixels, ${groupedDigits(width * height)} in all, expected ${groupedDigits(maxPhotoPixels)} at ` +
        'most. Make it smaller',
    );
  }
  try {
    return await decodeImage(file, { minDensity: 1, isOriented: true });
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause);
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
