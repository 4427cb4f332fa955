// A view of a frame: image, depths and normals, each as a camera with that view would see them.
//
// Magnifying by s moves every point to (X, Y, Z / s): the picture is that of the same camera, so depths are divided by s.
// A plane n·P = d is then (n.x, n.y, s · n.z)·P' = d, which is the new normal up to its length. Mirroring negates x, and
// a rotation turns x and y with the picture. Moving the view sideways changes neither: the camera's axes stay.
import type { Frame } from '../frames/frame.js';
import type { Normalization } from './normalization.js';
import { chooseLevel, type RgbImage } from './rgb-levels.js';
import { type View, viewToFrame } from './view.js';

export interface ViewArrays {
  /** float32 [inputSize, inputSize, 3], normalised; black, before that, beyond the frame */
  readonly image: Float32Array;
  /** float32 [inputSize, inputSize], metres; 0 where `depthMask` is */
  readonly depths: Float32Array;
  /** float32 [inputSize, inputSize]: 1 where the depth is known, else 0 */
  readonly depthMask: Float32Array;
  /** float32 [inputSize, inputSize, 3], of length 1; zeros where `normalsMask` is 0 */
  readonly normals: Float32Array;
  /** float32 [inputSize, inputSize]: 1 where the normal is known, else 0 */
  readonly normalsMask: Float32Array;
}

/** Writes every element of `out`. */
export function writeView(
  frame: Frame,
  view: View,
  inputSize: number,
  normalization: Normalization,
  out: ViewArrays,
): void {
  const map = viewToFrame(view, frame, inputSize);
  const level = chooseLevel(frame.levels, map.step);
  const rgb = new Float64Array(3);
  const normal = new Float64Array(3);
  for (let row = 0, at = 0; row < inputSize; row++) {
    for (let column = 0; column < inputSize; column++, at++) {
      const x = map.step * (map.xx * column + map.xy * row) + map.x0;
      const y = map.step * (map.yx * column + map.yy * row) + map.y0;
      const isInside = x >= -0.5 && y >= -0.5 && x < frame.width - 0.5 && y < frame.height - 0.5;
      if (isInside) sampleRgb(level, x, y, rgb);
      else rgb.fill(0);
      for (let channel = 0; channel < 3; channel++) {
        const value = view.gamma === 1 ? rgb[channel]! / 255 : (rgb[channel]! / 255) ** view.gamma;
        out.image[3 * at + channel] = (value - normalization.mean[channel]!) / normalization.std[channel]!;
      }
      const depth = isInside ? sampleDepth(frame, x, y) / view.zoom : 0;
      out.depths[at] = depth;
      out.depthMask[at] = depth > 0 ? 1 : 0;
      const hasNormal = isInside && frame.surfaces.normalAt(nearestPixel(frame, x, y), normal);
      out.normalsMask[at] = hasNormal ? 1 : 0;
      if (!hasNormal) normal.fill(0);
      const normalX = map.xx * normal[0]! + map.yx * normal[1]!;
      const normalY = map.xy * normal[0]! + map.yy * normal[1]!;
      const normalZ = view.zoom * normal[2]!;
      const length = hasNormal ? Math.sqrt(normalX * normalX + normalY * normalY + normalZ * normalZ) : 1;
      out.normals[3 * at] = normalX / length;
      out.normals[3 * at + 1] = normalY / length;
      out.normals[3 * at + 2] = normalZ / length;
    }
  }
}

/** Bilinear; the pixels at the edge reach half a pixel outwards. */
function sampleRgb({ pixels, width, height, halvings }: RgbImage, x: number, y: number, rgb: Float64Array): void {
  const shrink = 2 ** -halvings;
  const levelX = Math.min(width - 1, Math.max(0, (x + 0.5) * shrink - 0.5));
  const levelY = Math.min(height - 1, Math.max(0, (y + 0.5) * shrink - 0.5));
  const left = Math.floor(levelX);
  const top = Math.floor(levelY);
  const rightShare = levelX - left;
  const lowerShare = levelY - top;
  const corner = 3 * (top * width + left);
  const right = left + 1 < width ? 3 : 0;
  const below = top + 1 < height ? 3 * width : 0;
  for (let channel = 0; channel < 3; channel++) {
    const k = corner + channel;
    const upper = pixels[k]! + rightShare * (pixels[k + right]! - pixels[k]!);
    const lower = pixels[k + below]! + rightShare * (pixels[k + below + right]! - pixels[k + below]!);
    rgb[channel] = upper + lowerShare * (lower - upper);
  }
}

/** Neighbours whose depths differ by more than this part are taken for different surfaces. */
const SURFACE_TOLERANCE = 0.05;

/**
 * Metres, 0 where it is missing. Between four known pixels of one surface 1 / depth is interpolated, which is linear on
 * a plane; across an edge or beside a missing pixel it is the nearest pixel's depth.
 */
function sampleDepth(frame: Frame, x: number, y: number): number {
  const { depthAt } = frame.surfaces;
  const nearest = depthAt(nearestPixel(frame, x, y));
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (nearest === 0 || left < 0 || top < 0 || left + 1 >= frame.width || top + 1 >= frame.height) return nearest;
  const corner = top * frame.width + left;
  const upperLeft = depthAt(corner);
  const upperRight = depthAt(corner + 1);
  const lowerLeft = depthAt(corner + frame.width);
  const lowerRight = depthAt(corner + frame.width + 1);
  const least = Math.min(upperLeft, upperRight, lowerLeft, lowerRight);
  const most = Math.max(upperLeft, upperRight, lowerLeft, lowerRight);
  if (least === 0 || most > (1 + SURFACE_TOLERANCE) * least) return nearest;
  const upper = (1 - x + left) / upperLeft + (x - left) / upperRight;
  const lower = (1 - x + left) / lowerLeft + (x - left) / lowerRight;
  return 1 / ((1 - y + top) * upper + (y - top) * lower);
}

function nearestPixel({ width }: Frame, x: number, y: number): number {
  return Math.floor(y + 0.5) * width + Math.floor(x + 0.5);
}
