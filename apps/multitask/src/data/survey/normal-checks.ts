// Do normals lie in the axes that they are read in? A surface that is seen faces the camera, and its slope in the depths
// tells which way it leans: n·P = d is 1/Z = (n.x·x + n.y·y + n.z) / d with d below 0, so that 1/Z falls where n.x or n.y
// is above 0. Neither needs the camera's focal length but roughly.
import { decodeDepth, decodeNormal, type FrameEncoding } from '../frames/encoding.js';
import { allNormalAxes, type NormalAxes } from '../frames/normal-axes.js';
import type { FrameMaps } from '../frames/read-frame.js';

/** A known normal and what its surroundings say of it. */
export interface SeenNormal {
  /** Of the file's three channels, of length 1. */
  readonly channels: readonly [number, number, number];
  /** The ray through the pixel: how far to the right and down it goes in a metre ahead, for a focal length of the frame's size. */
  readonly rayX: number;
  readonly rayY: number;
  /** Sign of the slope of 1/Z to the right and downwards; 0 where depths do not tell. */
  readonly slopeX: number;
  readonly slopeY: number;
}

/** Shares from 0 to 1; NaN where too few pixels tell. */
export interface AxesAgreement {
  readonly axes: NormalAxes;
  /** Of the normals that face the camera. */
  readonly facing: number;
  /** Of the normals that lean to the side, or up and down, as the depths have it. */
  readonly leanX: number;
  readonly leanY: number;
}

/** Pixels looked at along a side of a frame. */
const PIXELS_ACROSS = 64;
/** Depths that differ by more than this part are of two surfaces. */
const SURFACE_TOLERANCE = 0.1;
/** Of a normal's component, from which on its sign is no matter of noise. */
const LEAST_LEAN = 0.3;
/** Fewer pixels say nothing. */
const LEAST_PIXELS = 30;

export function collectNormals({ width, height, depths, normals }: FrameMaps, encoding: FrameEncoding): SeenNormal[] {
  const { channels: order, signs } = encoding.normalAxes;
  const size = Math.max(width, height);
  const reach = Math.max(1, Math.round(size / 100)); // far enough for steps of the depths to be small beside the slope
  const step = Math.max(1, Math.round(size / PIXELS_ACROSS));
  const decoded = new Float64Array(3);
  const found: SeenNormal[] = [];
  const depthAt = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= width || row >= height
      ? 0
      : decodeDepth(depths[row * width + column]!, encoding);
  const slopeOf = (column: number, row: number, right: number, down: number): number => {
    const [before, here, behind] = [-1, 0, 1].map((side) => depthAt(column + side * right, row + side * down)) as [
      number,
      number,
      number,
    ];
    const [least, most] = [Math.min(before, here, behind), Math.max(before, here, behind)];
    return least === 0 || most > (1 + SURFACE_TOLERANCE) * least ? 0 : Math.sign(1 / behind - 1 / before);
  };
  for (let row = 0; row < height; row += step) {
    for (let column = 0; column < width; column += step) {
      if (decodeNormal(normals, 3 * (row * width + column), encoding, decoded, 0) !== 'known') continue;
      const channels: [number, number, number] = [0, 0, 0];
      for (let axis = 0; axis < 3; axis++) channels[order[axis]!] = signs[axis]! * decoded[axis]!;
      found.push({
        channels,
        rayX: (column + 0.5 - width / 2) / size,
        rayY: (row + 0.5 - height / 2) / size,
        slopeX: slopeOf(column, row, reach, 0),
        slopeY: slopeOf(column, row, 0, reach),
      });
    }
  }
  return found;
}

/** How well normals agree with the depths when their channels are read as `axes`. */
function agreementOf(seen: readonly SeenNormal[], axes: NormalAxes): AxesAgreement {
  const [facing, leanX, leanY] = [new Share(), new Share(), new Share()];
  for (const { channels, rayX, rayY, slopeX, slopeY } of seen) {
    const [x, y, z] = [0, 1, 2].map((axis) => axes.signs[axis]! * channels[axes.channels[axis]!]!) as [
      number,
      number,
      number,
    ];
    facing.add(x * rayX + y * rayY + z < 0);
    if (slopeX !== 0 && Math.abs(x) >= LEAST_LEAN) leanX.add(x > 0 === slopeX < 0);
    if (slopeY !== 0 && Math.abs(y) >= LEAST_LEAN) leanY.add(y > 0 === slopeY < 0);
  }
  return { axes, facing: facing.value(), leanX: leanX.value(), leanY: leanY.value() };
}

/** Real frames have at least 0.99, 0.92 and 0.97, frames in other axes 0.85, 0.1 and 0.1 at most. */
const least = { facing: 0.8, lean: 0.5 } as const;
const clearly = { facing: 0.97, lean: 0.85 } as const;
/** With fewer that face the camera, axes that fit clearly are better ones. */
const DOUBTFUL = 0.95;

/** What is wrong with the axes that normals are read in, and those that they fit. */
export interface WrongAxes {
  readonly found: AxesAgreement;
  /** Undefined when they fit none. */
  readonly better: NormalAxes | undefined;
}

/** @returns undefined when the normals agree with the depths, or too few pixels tell */
export function findWrongAxes(seen: readonly SeenNormal[], axes: NormalAxes): WrongAxes | undefined {
  const found = agreementOf(seen, axes);
  const fits = ({ facing, leanX, leanY }: AxesAgreement, from: { readonly facing: number; readonly lean: number }) =>
    !(facing < from.facing) && !(leanX < from.lean) && !(leanY < from.lean); // NaN: nothing tells against it
  if (fits(found, { ...least, facing: DOUBTFUL })) return undefined;
  const better = allNormalAxes
    .map((other) => agreementOf(seen, other))
    .filter((agreement) => fits(agreement, clearly))
    .sort((a, b) => scoreOf(b) - scoreOf(a))[0]?.axes;
  return better === undefined && fits(found, least) ? undefined : { found, better };
}

function scoreOf({ facing, leanX, leanY }: AxesAgreement): number {
  return [facing, leanX, leanY].reduce((sum, share) => sum + (Number.isNaN(share) ? 0 : share), 0);
}

class Share {
  #numTrue = 0;
  #count = 0;

  add(isTrue: boolean): void {
    this.#count++;
    if (isTrue) this.#numTrue++;
  }

  value(): number {
    return this.#count < LEAST_PIXELS ? Number.NaN : this.#numTrue / this.#count;
  }
}
