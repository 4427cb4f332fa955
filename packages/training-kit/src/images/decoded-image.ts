// Pixels of an image file. Large photographs are decoded at a half, a quarter or an eighth of their size where the crop
// would throw the rest away: faster, and bilinear sampling by less than a factor of two does not alias.
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { reasonOf } from '../file-bytes.js';

export interface DecodedImage {
  /** uint8 [height, width, 3], red, green, blue */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** The file's own size, which coordinates are given in. */
  readonly fullWidth: number;
  readonly fullHeight: number;
}

export interface DecodeOptions {
  /** Least resolution wanted: decoded pixels per pixel of the file, above 0; from 1 on nothing is thrown away. */
  readonly minDensity: number;
  /** Turn the image as its EXIF says: for photographs of users. Datasets are annotated on the pixels as stored. */
  readonly isOriented?: boolean;
}

/** @throws Error with one line on what is wrong with the file; the caller adds file and record */
export async function decodeImage(
  file: string,
  { minDensity, isOriented = false }: DecodeOptions,
): Promise<DecodedImage> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new Error(reasonOf(cause), { cause });
  });
  try {
    const source = sharp(bytes, { failOn: 'truncated', autoOrient: isOriented });
    const { width, height, autoOrient } = await source.metadata();
    const [fullWidth, fullHeight] = isOriented ? [autoOrient.width, autoOrient.height] : [width, height];
    const shrink = [8, 4, 2].find((factor) => 1 / factor >= minDensity) ?? 1;
    if (shrink > 1) source.resize(Math.ceil(fullWidth / shrink), Math.ceil(fullHeight / shrink), { fit: 'fill' });
    const { data, info } = await source.toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`it has ${info.channels} channels, expected 3`);
    return { pixels: data, width: info.width, height: info.height, fullWidth, fullHeight };
  } catch (cause) {
    const said = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause);
    throw new Error(`it cannot be decoded (${said})`, { cause });
  }
}

/** Size from the file's head alone. @throws Error as `decodeImage` */
export async function imageSize(file: string): Promise<{ readonly width: number; readonly height: number }> {
  try {
    const { width, height } = await sharp(file).metadata();
    return { width, height };
  } catch (cause) {
    const said = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause);
    throw new Error(`it cannot be decoded (${said})`, { cause });
  }
}
