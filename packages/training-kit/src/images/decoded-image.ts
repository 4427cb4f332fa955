// Pixels of an image file: the one way in which training, evaluation and prediction of every app decode. Nothing that a
// file can hold takes more memory than the limits below, or ends the program.
import { readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import sharp from 'sharp';
import { reasonOf } from '../errors.js';
import { readReason } from '../files/file-bytes.js';
import { HEAD_BYTES } from '../files/placeholder-file.js';
import { groupedDigits } from '../words/grouped-digits.js';
import { strangerIn } from './image-format.js';

/** A file above this is refused before it is read. */
export const MAX_IMAGE_BYTES = 2 ** 27;
/** An image above this is refused by its head: decoded it would take three bytes a pixel, and its pictures as much. */
export const MAX_IMAGE_PIXELS = 2 ** 26;

export interface DecodedImage {
  /** uint8 [height, width, 3], red, green, blue */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** The size of the upright image, which coordinates are given in. */
  readonly fullWidth: number;
  readonly fullHeight: number;
}

export interface DecodeOptions {
  /**
   * Least resolution wanted: decoded pixels per pixel of the file, above 0; from 1 on, as when it is left out, nothing is
   * thrown away. Large photographs are decoded at a half, a quarter or an eighth of their size where a crop would throw
   * the rest away: faster, and bilinear sampling by less than a factor of two does not alias.
   */
  readonly minDensity?: number;
}

/**
 * Decodes a JPEG, PNG or WebP file to 8-bit RGB, as a person sees it: upright by its EXIF orientation, greyscale and
 * CMYK converted, transparent parts on white. Colour profiles are not applied, and of an animation the first picture is
 * taken, both as in PIL. It is decoded whole: a file that is cut short is found out whatever part of it is wanted. What
 * the decoder only warns about (stray bytes between JPEG markers, for one) is no failure, as in PIL.
 *
 * @param source a file, or all bytes of one
 * @throws Error with one line on what is wrong with the file, without its name; `readPhoto` names it
 */
export async function decodeImage(
  source: string | Buffer,
  { minDensity = 1 }: DecodeOptions = {},
): Promise<DecodedImage> {
  const bytes = typeof source === 'string' ? readWhole(source) : source;
  const stranger = strangerIn(bytes.subarray(0, HEAD_BYTES));
  if (stranger !== undefined) throw new Error(stranger);
  try {
    const image = sharp(bytes, {
      failOn: 'error',
      limitInputPixels: MAX_IMAGE_PIXELS,
      autoOrient: true,
      ignoreIcc: true,
    });
    const shrink = [8, 4, 2].find((factor) => 1 / factor >= minDensity) ?? 1;
    const full = shrink === 1 ? undefined : (await image.metadata()).autoOrient;
    if (full !== undefined) {
      image.resize(Math.ceil(full.width / shrink), Math.ceil(full.height / shrink), { fit: 'fill' });
    }
    const { data, info } = await image
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`it has ${info.channels} channels, expected 3`);
    const { width, height } = info;
    return { pixels: data, width, height, fullWidth: full?.width ?? width, fullHeight: full?.height ?? height };
  } catch (cause) {
    throw await undecodable(bytes, cause);
  }
}

/**
 * Size of the upright image, from the file's head alone. What `decodeImage` refuses by its head is refused here too.
 *
 * @throws Error as `decodeImage`
 */
export async function imageSize(file: string): Promise<{ readonly width: number; readonly height: number }> {
  const stranger = strangerIn(await headOf(file));
  if (stranger !== undefined) throw new Error(stranger);
  try {
    const { autoOrient } = await sharp(file, { limitInputPixels: MAX_IMAGE_PIXELS }).metadata();
    return { width: autoOrient.width, height: autoOrient.height };
  } catch (cause) {
    throw await undecodable(file, cause);
  }
}

/**
 * The bytes of an image file. Read without a promise: batch workers have nothing else to do meanwhile, and the pool that
 * serves asynchronous reads is the one that decodes.
 */
function readWhole(file: string): Buffer {
  try {
    checkFile(statSync(file)); // of what a link leads to
    return readFileSync(file);
  } catch (cause) {
    throw new Error(readReason(cause), { cause });
  }
}

async function headOf(file: string): Promise<Uint8Array> {
  try {
    checkFile(statSync(file));
    const handle = await open(file);
    try {
      const head = new Uint8Array(HEAD_BYTES);
      return head.subarray(0, (await handle.read(head, 0, HEAD_BYTES, 0)).bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new Error(readReason(cause), { cause });
  }
}

function checkFile(found: { isFile(): boolean; readonly size: number }): void {
  if (!found.isFile()) throw new Error('it is not a file'); // a pipe or a device might never end
  if (found.size > MAX_IMAGE_BYTES) {
    const [has, most] = [found.size, MAX_IMAGE_BYTES].map(groupedDigits);
    throw new Error(`it has ${has} bytes, expected ${most} at most`);
  }
}

/** What the decoder said of `source`, in words that end a sentence. */
async function undecodable(source: string | Buffer, cause: unknown): Promise<Error> {
  const isTooLarge = String(cause).includes('exceeds pixel limit');
  const head =
    isTooLarge &&
    (await sharp(source, { limitInputPixels: false })
      .metadata()
      .catch(() => undefined));
  if (head) {
    const { width, height } = head;
    const [has, most] = [width * height, MAX_IMAGE_PIXELS].map(groupedDigits);
    return new Error(`it has ${width} × ${height} pixels, ${has} in all, expected ${most} at most`, { cause });
  }
  return new Error(decoderReason(cause), { cause });
}

/** What sharp threw, in words that end a sentence: `it cannot be decoded (…)`. */
export function decoderReason(cause: unknown): string {
  // libvips keeps its words for all threads in one place: two failures at once may leave one without any.
  const words = reasonOf(cause).split('\n')[0]!.replace(/\.$/, '');
  return words === 'Unknown error' ? 'it cannot be decoded' : `it cannot be decoded (${words})`;
}
