// One frame from its three files.
import { DataError } from 'training-kit/errors';
import { encodedSurfaces, type Frame } from './frame.js';
import { framePath, type FrameName } from './frame-files.js';
import { readGrey16Png, readRgbPng } from './png-file.js';
import { buildLevels } from './rgb-levels.js';

/** What the views of a frame will be like; what none of them needs is not kept. */
export interface FrameUse {
  /** Height and width of a view. */
  readonly inputSize: number;
  /** Least and most magnification; 1 shows the largest square of a frame whole. */
  readonly zoom: { readonly min: number; readonly max: number };
  /** Metres; what is further away counts as missing. */
  readonly maxDepth: number;
}

/**
 * Reads image, depths and normals of a frame.
 *
 * @throws DataError naming the file that is missing, broken, of the wrong kind or of another size than the image
 */
export async function readFrame(folder: string, name: FrameName, use: FrameUse): Promise<Frame> {
  const rgbFile = framePath(folder, name, 'rgb');
  const image = await readRgbPng(rgbFile, 'images');
  const { width, height } = image;
  const checked = <Pixels extends { width: number; height: number }>(file: string, pixels: Pixels): Pixels => {
    if (pixels.width === width && pixels.height === height) return pixels;
    throw new DataError(
      file,
      `Cannot use ${file}: it is ${pixels.width} × ${pixels.height} pixels, expected ${width} × ${height} as its image ` +
        `${rgbFile}.\nThe three files of a frame lie over each other; unpack them again.`,
    );
  };
  const depthFile = framePath(folder, name, 'depth');
  const normalFile = framePath(folder, name, 'normal');
  const depths = checked(depthFile, await readGrey16Png(depthFile));
  const normals = checked(normalFile, await readRgbPng(normalFile, 'normals'));
  return toFrame(image.values, width, height, encodedSurfaces(depths.values, normals.values, use.maxDepth), use);
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
