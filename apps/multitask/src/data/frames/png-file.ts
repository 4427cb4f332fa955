// PNG files of a frame, as they are: 16-bit values without conversion, and nothing that a file can hold takes more
// memory than the limits below, or ends the program.
import { readFileSync, statSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { readReason } from 'training-kit/data';
import { DataError, reasonOf } from 'training-kit/errors';
import { decodeImage, decoderReason, MAX_IMAGE_BYTES, placeholderIn } from 'training-kit/images';
import { MISSING_NORMAL } from './encoding.js';
import { faultInChunks, PNG_SIGNATURE, type PngHead, pngHead, readEnds } from './png-structure.js';

/** An image above this is refused by its header; frames of 2D-3D-S have 1.2 million pixels. */
const MAX_PIXELS = 2 ** 24;

export interface PngPixels<Values extends Uint8Array | Uint16Array> {
  /** [height, width, channels] */
  readonly values: Values;
  readonly width: number;
  readonly height: number;
}

/** What a file is meant to hold. */
export type PngContent = RgbContent | 'depths';
export type RgbContent = 'images' | 'normals';

/** No normal is known where a map is transparent. */
const noNormal = { r: MISSING_NORMAL, g: MISSING_NORMAL, b: MISSING_NORMAL } as const;

/**
 * Red, green and blue of an 8-bit PNG; colour profiles are not applied. What is transparent lies on white, in normals on
 * the colour of none: colours that nobody sees are not read.
 *
 * @throws DataError when the file cannot be read, is no such PNG, is broken or too large
 */
export async function readRgbPng(file: string, what: RgbContent): Promise<PngPixels<Uint8Array>> {
  const bytes = readBytes(file);
  checkHead(file, bytes, what);
  if (what === 'images') return readImage(file, bytes);
  const { data, info } = await decode(
    file,
    sharpOf(bytes).toColourspace('srgb').flatten({ background: noNormal }).raw({ depth: 'uchar' }),
  );
  if (info.channels !== 3) throw new DataError(file, `Cannot read ${file}: ${info.channels} channels came out.`);
  return { values: data, width: info.width, height: info.height };
}

/** By the decoder of photographs, so that a network sees in training what it sees in prediction. */
async function readImage(file: string, bytes: Buffer): Promise<PngPixels<Uint8Array>> {
  if (bytes.includes('eXIf', 0, 'latin1')) {
    const { orientation = 1 } = await sharpOf(bytes).metadata();
    if (orientation !== 1) {
      throw cannotRead(
        file,
        `its EXIF says that it is to be turned (orientation ${orientation}), its depths and normals cannot be. Save it upright`,
      );
    }
  }
  const { pixels, width, height } = await decodeImage(bytes).catch((cause: unknown) => {
    throw brokenPng(file, reasonOf(cause), cause);
  });
  return { values: pixels, width, height };
}

/**
 * The values of a 16-bit greyscale PNG, bit for bit.
 *
 * @throws as `readRgbPng`
 */
export async function readGrey16Png(file: string): Promise<PngPixels<Uint16Array>> {
  const bytes = readBytes(file);
  checkHead(file, bytes, 'depths');
  // Without the colour space sharp brings the values through sRGB and rounds them to 8 bits.
  const { data, info } = await decode(file, sharpOf(bytes).toColourspace('grey16').raw({ depth: 'ushort' }));
  const { width, height } = info;
  const values = new Uint16Array(width * height); // a copy: the bytes need not lie at an even place
  if (data.length !== values.byteLength) {
    throw new DataError(file, `Cannot read ${file}: ${data.length} bytes came out, expected ${values.byteLength}.`);
  }
  new Uint8Array(values.buffer).set(data);
  return { values, width, height };
}

/**
 * Looks at a file without decoding it: whether it is there, is a PNG of the right kind and size, and has its end. With
 * `isWhole` all of it is read and its checksums are compared; only pixels that were wrong from the start pass then.
 *
 * @returns what its head says
 * @throws DataError as reading it would
 */
export async function inspectPng(file: string, what: PngContent, isWhole: boolean): Promise<PngHead> {
  if (isWhole) return inspectBytes(file, what);
  checkFile(file);
  const { first, isEnded } = await readEnds(file).catch((cause: unknown) => {
    throw cannotRead(file, readReason(cause), cause);
  });
  checkSignature(file, first);
  const head = checkHead(file, first, what);
  return isEnded ? head : inspectBytes(file, what); // bytes behind the end are no fault
}

function inspectBytes(file: string, what: PngContent): PngHead {
  const bytes = readBytes(file);
  const head = checkHead(file, bytes, what);
  const fault = faultInChunks(bytes);
  if (fault !== undefined) throw brokenPng(file, `it cannot be decoded (${fault})`);
  return head;
}

function sharpOf(bytes: Buffer): Sharp {
  return sharp(bytes, { failOn: 'error', limitInputPixels: MAX_PIXELS, ignoreIcc: true });
}

function readBytes(file: string): Buffer {
  checkFile(file);
  try {
    const bytes = readFileSync(file);
    checkSignature(file, bytes);
    return bytes;
  } catch (cause) {
    throw cause instanceof DataError ? cause : cannotRead(file, readReason(cause), cause);
  }
}

function checkFile(file: string): void {
  let found;
  try {
    found = statSync(file); // of what a link leads to
  } catch (cause) {
    throw cannotRead(file, readReason(cause), cause);
  }
  if (!found.isFile()) throw cannotRead(file, 'it is not a file'); // a pipe or a device might never end
  if (found.size > MAX_IMAGE_BYTES) {
    throw cannotRead(file, `it has ${found.size} bytes, expected ${MAX_IMAGE_BYTES} at most`);
  }
}

/** Looked at here: the decoder knows formats, SVG for one, that may read other files. */
function checkSignature(file: string, first: Buffer): void {
  if (first.toString('hex', 0, 8) !== PNG_SIGNATURE) throw cannotRead(file, notPng(first));
}

/** In words, for what else lies under such names. */
function notPng(first: Buffer): string {
  if (first.length === 0) return 'it is empty';
  const placeholder = placeholderIn(first);
  if (placeholder !== undefined) return `it is ${placeholder}`;
  const hex = first.toString('hex');
  if (hex.startsWith('49492a00') || hex.startsWith('4d4d002a')) return `it is a TIFF image, ${CONVERT}`;
  if (hex.startsWith('762f3101')) return `it is an OpenEXR image, ${CONVERT}`;
  if (hex.startsWith('934e554d5059')) return `it is a NumPy array, ${CONVERT}`;
  return 'it is no PNG image';
}

const CONVERT =
  'expected a PNG image. Write depths as whole steps of 16 bits and say with --depth-unit how many metres a step is';

function checkHead(file: string, bytes: Buffer, what: PngContent): PngHead {
  const head = pngHead(bytes);
  if (head === undefined) throw brokenPng(file, 'it cannot be decoded (its head is damaged)');
  if (head.width * head.height > MAX_PIXELS) {
    throw cannotRead(
      file,
      `it has ${head.width} × ${head.height} pixels; at most ${MAX_PIXELS} are read. ${PANO_HINT}`,
    );
  }
  const { bitDepth, channels } = head;
  const isDepth = bitDepth === 16 && channels === 1;
  const isRgb = bitDepth === 8 && channels >= 3;
  if (what === 'depths' ? isDepth : isRgb) return head;
  const found = `${channels} channel${channels === 1 ? '' : 's'} of ${bitDepth} bits`;
  const expected = what === 'depths' ? 'a 16-bit greyscale image' : 'an 8-bit RGB image';
  throw new DataError(
    file,
    `Cannot use ${file}: it has ${found}, expected ${expected}, as 2D-3D-S has its ${what}.\nTake the file as it was ` +
      'published; image programs may convert it when they save.',
  );
}

const PANO_HINT = 'Give frames of data/, not of pano/';

async function decode(file: string, raw: Sharp) {
  return raw.toBuffer({ resolveWithObject: true }).catch((cause: unknown) => {
    throw brokenPng(file, decoderReason(cause), cause);
  });
}

function brokenPng(file: string, reason: string, cause?: unknown): DataError {
  return new DataError(
    file,
    `Cannot read ${file}: ${reason}.\nIt looks cut short or damaged; unpack it again, or leave such frames out with ` +
      '--on-bad-image skip.',
    { cause },
  );
}

function cannotRead(file: string, reason: string, cause?: unknown): DataError {
  return new DataError(file, `Cannot read ${file}: ${reason}.`, { cause });
}
