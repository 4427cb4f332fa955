// A frame in memory: an image with the depth and the surface normal of each of its pixels.
import type { RgbImage } from '../views/rgb-levels.js';
import { decodeDepth, decodeNormal, type FrameEncoding } from './encoding.js';

/** Pixel i is column i mod width of row ⌊i / width⌋. Camera axes: x to the right, y down, z forward. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** The image at one size or more, largest first; see `buildLevels`. */
  readonly levels: readonly RgbImage[];
  readonly surfaces: Surfaces;
  /** Of all pixels held. */
  readonly sizeBytes: number;
}

/** What the pixels of a frame show, at the frame's own size. */
export interface Surfaces {
  /** Along the camera's axis, not along the ray; metres; 0 where it is missing. */
  readonly depthAt: (pixel: number) => number;
  /** Writes the unit normal, which faces the camera, to `out[0..2]`; zeros and false where it is missing. */
  readonly normalAt: (pixel: number, out: Float64Array) => boolean;
  readonly sizeBytes: number;
}

/**
 * Surfaces as files have them; decoded where they are asked for, since most pixels of a large frame never are.
 *
 * @param depths uint16 [height, width]
 * @param normals uint8 [height, width, 3]
 * @param maxDepth metres; what is further away counts as missing
 */
export function encodedSurfaces(
  depths: Uint16Array,
  normals: Uint8Array,
  encoding: FrameEncoding,
  maxDepth: number,
): Surfaces {
  return {
    depthAt(pixel) {
      const depth = decodeDepth(depths[pixel]!, encoding);
      return depth > maxDepth ? 0 : depth;
    },
    normalAt: (pixel, out) => decodeNormal(normals, 3 * pixel, encoding, out, 0) === 'known',
    sizeBytes: depths.byteLength + normals.byteLength,
  };
}

/**
 * Surfaces as they were computed.
 *
 * @param depths float32 [height, width], metres, 0 where missing
 * @param normals float32 [height, width, 3], of length 1, zeros where missing
 * @param maxDepth as in `encodedSurfaces`
 */
export function exactSurfaces(depths: Float32Array, normals: Float32Array, maxDepth: number): Surfaces {
  return {
    depthAt(pixel) {
      const depth = depths[pixel]!;
      return depth > maxDepth ? 0 : depth;
    },
    normalAt(pixel, out) {
      for (let axis = 0; axis < 3; axis++) out[axis] = normals[3 * pixel + axis]!;
      return out[0] !== 0 || out[1] !== 0 || out[2] !== 0;
    },
    sizeBytes: depths.byteLength + normals.byteLength,
  };
}
