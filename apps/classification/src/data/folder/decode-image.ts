// One image file to RGB bytes, whole: a file that is cut short is found out whatever part of it is wanted. Nothing that a
// file can hold takes more memory than the limits below, or ends the program.
import { readFileSync, statSync } from 'node:fs';
import sharp from 'sharp';
import { DataError } from 'training-kit/errors';

/** Pixels of one image in memory. */
export interface RgbImage {
  /** uint8 [height, width, 3] */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A file above this is refused before it is read. */
export const maxFileBytes = 2 ** 27;
/** An image above this is refused by its header, before a pixel is decoded; decoded it would take three bytes each. */
export const maxPixels = 2 ** 26;

/**
 * Decodes a JPEG, PNG or WebP file to 8-bit RGB, as a person sees it: upright by its EXIF orientation, greyscale and
 * CMYK converted, transparent parts on white. Colour profiles are not applied, and of an animation the first picture is
 * taken, both as in PIL.
 *
 * What the decoder only warns about (stray bytes between JPEG markers, for one) is no failure, as in PIL.
 *
 * @throws DataError when the file cannot be read, is no such image, is broken or too large
 */
export async function decodeImage(file: string): Promise<RgbImage> {
  const bytes = readImageFile(file);
  try {
    const { data, info } = await sharp(bytes, {
      failOn: 'error',
      limitInputPixels: maxPixels,
      autoOrient: true,
      ignoreIcc: true,
    })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`${info.channels} channels came out`);
    return { data, width: info.width, height: info.height };
  } catch (cause) {
    throw new DataError(file, `Cannot read ${file}: ${decoderReason(cause)}.`, { cause });
  }
}

/**
 * The bytes of `file`. Read without a promise: batch workers have nothing else to do meanwhile, and the pool that
 * serves asynchronous reads is the one that decodes.
 */
function readImageFile(file: string): Buffer {
  const refuse = (reason: string, cause?: unknown) => new DataError(file, `Cannot read ${file}: ${reason}.`, { cause });
  let bytes: Buffer;
  try {
    const found = statSync(file); // of what a link leads to
    if (!found.isFile()) throw refuse('it is not a file'); // a pipe or a device might never end
    if (found.size === 0) throw refuse('it is empty');
    if (found.size > maxFileBytes) throw refuse(`it has ${found.size} bytes, at most ${maxFileBytes} are read`);
    bytes = readFileSync(file);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw refuse(systemReason(cause), cause);
  }
  // Looked at here: the decoder knows formats, SVG for one, that may read other files.
  if (!isKnownFormat(bytes)) {
    throw refuse(`it is no JPEG, PNG or WebP image; it starts with ${bytes.subarray(0, 4).toString('hex')}`);
  }
  return bytes;
}

function isKnownFormat(bytes: Buffer): boolean {
  const startsWith = (hex: string) => bytes.subarray(0, hex.length / 2).toString('hex') === hex;
  const isWebp = bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
  return startsWith('ffd8ff') || startsWith('89504e470d0a1a0a') || isWebp;
}

function systemReason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read it';
  return cause instanceof Error ? cause.message : String(cause);
}

function decoderReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (message.includes('exceeds pixel limit')) return `it has more than ${maxPixels} pixels`;
  // libvips keeps its words for all threads in one place: two failures at once may leave one without any.
  const words = message.split('\n')[0]!.replace(/\.$/, '');
  return words === 'Unknown error' ? 'it cannot be decoded' : `it cannot be decoded (${words})`;
}
