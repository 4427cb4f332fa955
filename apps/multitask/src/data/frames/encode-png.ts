// Depths and normals as the PNG files that 2D-3D-S has of them.
import sharp, { type Sharp } from 'sharp';
import { encodeDepth, encodeNormal } from './encoding.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A 16-bit greyscale PNG of 1/512 m a step.
 *
 * @param depths float32 [height, width], metres, 0 where missing
 * @throws RangeError for a depth that the format cannot hold
 */
export function depthPng(depths: Float32Array, size: Size): Sharp {
  return sharp(Uint16Array.from(depths, encodeDepth), { raw: { ...size, channels: 1 } })
    .toColourspace('grey16') // without it sharp writes 8 bits
    .png();
}

/**
 * Normals as colours: 127.5 · (n + 1), grey where missing.
 *
 * @param normals float32 [..., 3], of length 1, zeros where missing
 * @returns uint8 of the same shape
 */
export function normalBytes(normals: Float32Array): Uint8Array {
  const bytes = new Uint8Array(normals.length);
  for (let at = 0; at < normals.length; at += 3) encodeNormal(normals, at, bytes);
  return bytes;
}

/** @param values uint8 [height, width, 3] */
export function rgbPng(values: Uint8Array, size: Size): Sharp {
  return sharp(values, { raw: { ...size, channels: 3 } }).png();
}
