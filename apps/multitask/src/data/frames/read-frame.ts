// One frame from its three files.
import { DataError } from 'training-kit/errors';
import type { FrameFolder } from '../split.js';
import { buildLevels } from '../views/rgb-levels.js';
import { encodedSurfaces, type Frame } from './frame.js';
import { type FrameName, framePath } from './frame-files.js';
import { readGrey16Png, readRgbPng } from './png-file.js';

/** What the views of a frame will be like; what none of them needs is not kept. */
export interface FrameUse {
  /** Height and width of a view. */
  readonly inputSize: number;
  /** Least and most magnification; 1 shows the largest square of a frame whole. */
  readonly zoom: { readonly min: number; readonly max: number };
  /** Metres; what is further away counts as missing. */
  readonly maxDepth: number;
}

/** A frame's depths and normals as its files have them. */
export interface FrameMaps {
  readonly width: number;
  readonly height: number;
  /** uint16 [height, width] */
  readonly depths: Uint16Array;
  /** uint8 [height, width, 3] */
  readonly normals: Uint8Array;
}

/**
 * Reads image, depths and normals of a frame.
 *
 * @throws DataError naming the file that is missing, broken, of the wrong kind or of another size than the image
 */
export async function readFrame({ folder, encoding }: FrameFolder, name: FrameName, use: FrameUse): Promise<Frame> {
  const { values, width, height } = await readRgbPng(framePath(folder, name, 'rgb'), 'images');
  const { depths, normals } = await readMaps(folder, name, { width, height });
  return toFrame(values, width, height, encodedSurfaces(depths, normals, encoding, use.maxDepth), use);
}

/** The same without the image, of whose size the maps must be. @throws DataError as `readFrame` */
export async function readMaps(folder: string, name: FrameName, size: FrameSize): Promise<FrameMaps> {
  const depths = await readGrey16Png(framePath(folder, name, 'depth'));
  checkSize(folder, name, 'depth', depths, size);
  const normals = await readRgbPng(framePath(folder, name, 'normal'), 'normals');
  checkSize(folder, name, 'normal', normals, size);
  return { ...size, depths: depths.values, normals: normals.values };
}

/** Pixels. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** @throws DataError unless a file has its image's size */
export function checkSize(
  folder: string,
  name: FrameName,
  modality: 'depth' | 'normal',
  found: FrameSize,
  { width, height }: FrameSize,
): void {
  if (found.width === width && found.height === height) return;
  const file = framePath(folder, name, modality);
  throw new DataError(
    file,
    `Cannot use ${file}: it is ${found.width} × ${found.height} pixels, expected ${width} × ${height} as its image ` +
      `${framePath(folder, name, 'rgb')}.\nThe three files of a frame lie over each other; unpack them again.`,
  );
}

/** @param pixels uint8 [height, width, 3] */
export function toFrame(
  pixels: Uint8Array,
  width: number,
  height: number,
  surfaces: Frame['surfaces'],
  { inputSize, zoom }: FrameUse,
): Frame {
  const step = Math.min(width, height) / inputSize;
  const levels = buildLevels({ pixels, width, height, halvings: 0 }, step / zoom.max, step / zoom.min);
  const sizeBytes = levels.reduce((sum, level) => sum + level.pixels.byteLength, surfaces.sizeBytes);
  return { width, height, levels, surfaces, sizeBytes };
}
