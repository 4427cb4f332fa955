// PNG files of a frame, as they are: 16-bit values without conversion, and nothing that a file can hold takes more
// memory than the limits below, or ends the program.
import { readFileSync, statSync } from 'node:fs';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { DataError } from 'training-kit/errors';

/** A file above this is refused before it is read. */
const maxFileBytes = 2 ** 27;
/** An image above this is refused by its header; frames of 2D-3D-S have 1.2 million pixels. */
export const maxPixels = 2 ** 24;

export interface PngPixels<Values extends Uint8Array | Uint16Array> {
  /** [height, width, channels] */
  readonly values: Values;
  readonly width: number;
  readonly height: number;
}

/**
 * Red, green and blue of an 8-bit PNG, its transparency left out; colour profiles are not applied.
 *
 * @param what the file is meant to hold, for errors: 'normals'
 * @throws DataError when the file cannot be read, is no such PNG, is broken or too large
 */
export async function readRgbPng(file: string, what: string): Promise<PngPixels<Uint8Array>> {
  const source = openPng(file);
  const head = await headOf(file, source);
  if (head.bitsPerSample === 16 || head.channels < 3) {
    throw unexpectedKind(file, head, `an 8-bit RGB image, as 2D-3D-S has its ${what}`);
  }
  const { data, info } = await decode(file, source.toColourspace('srgb').removeAlpha().raw({ depth: 'uchar' }));
  if (info.channels !== 3) throw new DataError(file, `Cannot read ${file}: ${info.channels} channels came out.`);
  return { values: data, width: info.width, height: info.height };
}

/**
 * The values of a 16-bit greyscale PNG, bit for bit.
 *
 * @throws as `readRgbPng`
 */
export async function readGrey16Png(file: string): Promise<PngPixels<Uint16Array>> {
  const source = openPng(file);
  const head = await headOf(file, source);
  if (head.bitsPerSample !== 16 || head.channels !== 1) {
    throw unexpectedKind(file, head, 'a 16-bit greyscale image, as 2D-3D-S has its depths');
  }
  // Without the colour space sharp brings the values through sRGB and rounds them to 8 bits.
  const { data, info } = await decode(file, source.toColourspace('grey16').raw({ depth: 'ushort' }));
  const { width, height } = info;
  const values = new Uint16Array(width * height); // a copy: the bytes need not lie at an even place
  if (data.length !== values.byteLength) {
    throw new DataError(file, `Cannot read ${file}: ${data.length} bytes came out, expected ${values.byteLength}.`);
  }
  new Uint8Array(values.buffer).set(data);
  return { values, width, height };
}

function openPng(file: string): Sharp {
  return sharp(readBytes(file), { failOn: 'error', limitInputPixels: maxPixels, ignoreIcc: true });
}

function readBytes(file: string): Buffer {
  const refuse = (reason: string, cause?: unknown) => new DataError(file, `Cannot read ${file}: ${reason}.`, { cause });
  try {
    const found = statSync(file); // of what a link leads to
    if (!found.isFile()) throw refuse('it is not a file'); // a pipe or a device might never end
    if (found.size > maxFileBytes) throw refuse(`it has ${found.size} bytes, expected ${maxFileBytes} at most`);
    const bytes = readFileSync(file);
    // Looked at here: the decoder knows formats, SVG for one, that may read other files.
    if (bytes.toString('hex', 0, 8) === '89504e470d0a1a0a') return bytes;
    throw refuse(bytes.length === 0 ? 'it is empty' : 'it is no PNG image');
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw refuse(systemReason(cause), cause);
  }
}

async function headOf(file: string, source: Sharp): Promise<Metadata> {
  const head = await source.metadata().catch((cause: unknown) => {
    throw brokenPng(file, cause);
  });
  if (head.width * head.height <= maxPixels) return head;
  throw new DataError(file, `Cannot read ${file}: it has ${head.width} × ${head.height} pixels; ${pixelLimit}`);
}

const pixelLimit = `at most ${maxPixels} are read. Is it a frame of data/, not of pano/?`;

async function decode(file: string, raw: Sharp) {
  return raw.toBuffer({ resolveWithObject: true }).catch((cause: unknown) => {
    throw brokenPng(file, cause);
  });
}

function brokenPng(file: string, cause: unknown): DataError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (message.includes('exceeds pixel limit')) {
    return new DataError(file, `Cannot read ${file}: it has too many pixels; ${pixelLimit}`, { cause });
  }
  // libvips keeps its words for all threads in one place: two failures at once may leave one without any.
  const words = message.split('\n')[0]!.replace(/\.$/, '');
  const reason = words === 'Unknown error' ? 'it cannot be decoded' : `it cannot be decoded (${words})`;
  return new DataError(
    file,
    `Cannot read ${file}: ${reason}.\nIt looks cut short or damaged; unpack it again, or remove the frame's files.`,
    { cause },
  );
}

function unexpectedKind(file: string, { bitsPerSample, channels }: Metadata, expected: string): DataError {
  const found = `${channels} channel${channels === 1 ? '' : 's'} of ${bitsPerSample ?? 8} bits`;
  return new DataError(
    file,
    `Cannot use ${file}: it has ${found}, expected ${expected}.\nTake the file as it was published; image programs ` +
      'may convert it when they save.',
  );
}

function systemReason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read it';
  return cause instanceof Error ? cause.message : String(cause);
}
