// From heat maps to joints in the image: the highest pixel, moved a quarter towards its larger neighbour.
import type { Point } from '../data/annotations/person-record.js';

/** Where a joint is in the image, and how high its heat map rises there (1 in a perfect map). */
export interface DecodedJoint extends Point {
  readonly score: number;
}

/** Heat maps of one image. */
export interface HeatMaps {
  /** float32 [height, width, numJoints] in row order. */
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly numJoints: number;
}

interface DecodingRule {
  /** Added to both coordinates on the map. */
  readonly halfPixel: 0 | 0.5;
  /** Whether image coordinates are cut to whole numbers, towards 0. */
  readonly isTruncated: boolean;
  /** Pixels along each edge in which a peak stays where it is. */
  readonly margin: 0 | 1 | 2;
  /** Movement between equal neighbours. */
  readonly tie: 0 | -0.25;
}

/**
 * `centred` belongs to this app's crops, on whose maps whole numbers are the middles of pixels. The others repeat
 * published evaluations on the same maps; their transformation has the middle of the box at half the map's size:
 * `pytorch-pose` (as the original Torch code), `hrnet`, `princeton` (pytorch_stacked_hourglass; it clamps neighbours at
 * the edges, and moves by −¼ between equal ones).
 */
const rules = {
  centred: { halfPixel: 0, isTruncated: false, margin: 1, tie: 0 },
  'pytorch-pose': { halfPixel: 0.5, isTruncated: true, margin: 1, tie: 0 },
  hrnet: { halfPixel: 0, isTruncated: false, margin: 2, tie: 0 },
  princeton: { halfPixel: 0.5, isTruncated: true, margin: 0, tie: -0.25 },
} as const satisfies Record<string, DecodingRule>;

export type Decoding = keyof typeof rules;

/** How to get from maps to the image. */
export interface DecodeOptions {
  /** From a point on the map, where 0 is the first pixel, to 0-based pixels of the image: the crop's inverse. */
  readonly toImage: (onMap: Point) => Point;
  /** Default `centred`. */
  readonly decoding?: Decoding;
}

/**
 * The peak of each map; the first in row order where several are equally high.
 *
 * @returns one joint a map, in order. A flat map, which knows nothing, has its peak in the upper left corner
 * @throws RangeError for maps whose values are not as many as their shape says, or not all finite
 */
export function decodeHeatMaps(maps: HeatMaps, { toImage, decoding = 'centred' }: DecodeOptions): DecodedJoint[] {
  const { values, height, width, numJoints } = maps;
  if (values.length !== height * width * numJoints) {
    throw new RangeError(
      `Heat maps have ${values.length} values, expected ${height} × ${width} × ${numJoints} = ${height * width * numJoints}.`,
    );
  }
  const rule: DecodingRule = rules[decoding];
  return Array.from({ length: numJoints }, (_, joint) => {
    const peak = findPeak(maps, joint);
    const { x, y } = toImage(refine(maps, joint, peak, rule));
    const score = values[(peak.y * width + peak.x) * numJoints + joint]!;
    return rule.isTruncated ? { x: Math.trunc(x), y: Math.trunc(y), score } : { x, y, score };
  });
}

function findPeak({ values, width, numJoints }: HeatMaps, joint: number): Point {
  let best = joint;
  for (let i = joint; i < values.length; i += numJoints) {
    if (!Number.isFinite(values[i]!)) {
      throw new RangeError(`The heat map of joint ${joint} holds ${values[i]!}; the network has diverged.`);
    }
    if (values[i]! > values[best]!) best = i;
  }
  const pixel = (best - joint) / numJoints;
  return { x: pixel % width, y: Math.floor(pixel / width) };
}

/** Both coordinates move, or none: a peak near one edge stays where it is. */
function refine({ values, height, width, numJoints }: HeatMaps, joint: number, peak: Point, rule: DecodingRule): Point {
  const { margin, tie, halfPixel } = rule;
  const isInside = (at: number, size: number): boolean => at >= margin && at < size - Math.min(margin, 1);
  if (!isInside(peak.x, width) || !isInside(peak.y, height)) return { x: peak.x + halfPixel, y: peak.y + halfPixel };
  const clamp = (at: number, size: number): number => Math.max(0, Math.min(size - 1, at));
  const valueAt = (x: number, y: number): number =>
    values[(clamp(y, height) * width + clamp(x, width)) * numJoints + joint]!;
  const quarter = (before: number, after: number): number => {
    if (after === before) return tie;
    return after > before ? 0.25 : -0.25;
  };
  return {
    x: peak.x + quarter(valueAt(peak.x - 1, peak.y), valueAt(peak.x + 1, peak.y)) + halfPixel,
    y: peak.y + quarter(valueAt(peak.x, peak.y - 1), valueAt(peak.x, peak.y + 1)) + halfPixel,
  };
}
