// Pictures for reports and predictions: a skeleton on an image, and heat maps laid over it.
import { type Pixels, viridis } from 'training-kit/report';
import type { Point } from '../data/annotations/person-record.js';
import { bones, jointNames } from '../data/joints.js';
import { blend, drawStroke, type Pen, type Rgb } from './strokes.js';

/** Colours that people who do not see red or green tell apart as well (Okabe and Ito 2008). */
const sideColours = {
  left: [86, 180, 233], // sky blue
  right: [230, 159, 0], // orange
  middle: [240, 228, 66], // yellow
} as const satisfies Record<string, Rgb>;
type Side = keyof typeof sideColours;

const outlineColour: Rgb = [20, 20, 20];

/** How a skeleton looks. */
export interface SkeletonStyle {
  /** One colour for all bones; default: the person's left is blue, the right orange, the middle yellow. */
  readonly colour?: Rgb;
  /** Width of bones; default 1/80 of the image's longer side, at least 1.5. */
  readonly widthPx?: number;
}

/**
 * Draws a skeleton with dark outlines.
 *
 * @param joints 16 points in pixels of the image; undefined for joints that are not to be drawn, with their bones
 * @returns a new image; the one given stays as it is
 */
export function drawSkeleton(
  image: Pixels,
  joints: readonly (Point | undefined)[],
  { colour, widthPx = Math.max(1.5, Math.max(image.width, image.height) / 80) }: SkeletonStyle = {},
): Pixels {
  const drawn = copyOf(image);
  const stroke = (from: Point | undefined, to: Point | undefined, pen: Pen): void => {
    if (from !== undefined && to !== undefined) drawStroke(drawn, from, to, pen);
  };
  // All outlines before all colours, so that no outline cuts a bone where two meet.
  for (const [a, b] of bones)
    stroke(joints[a], joints[b], { colour: outlineColour, widthPx: widthPx + 2, opacity: 0.6 });
  for (const [a, b] of bones) stroke(joints[a], joints[b], { colour: colour ?? sideColours[sideOf(a, b)], widthPx });
  joints.forEach((joint, id) => {
    stroke(joint, joint, { colour: outlineColour, widthPx: 1.8 * widthPx + 1 });
    stroke(joint, joint, { colour: colour ?? sideColours[sideOf(id)], widthPx: 1.8 * widthPx - 1 });
  });
  return drawn;
}

function sideOf(...joints: readonly number[]): Side {
  const names = joints.map((id) => jointNames[id]!);
  if (names.some((name) => name.startsWith('left '))) return 'left';
  return names.some((name) => name.startsWith('right ')) ? 'right' : 'middle';
}

/** A single map. */
export interface HeatMap {
  /** float32 [height, width] in row order; 1 is a certain joint. */
  readonly values: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
}

/**
 * Lays a heat map over an image, stretched to its size: the higher the map, the brighter its colour (viridis) and the
 * less is seen of the image. Values outside [0, 1] count as the nearer end.
 *
 * @returns a new image; the one given stays as it is
 */
export function overlayHeatMap(image: Pixels, map: HeatMap): Pixels {
  const drawn = copyOf(image);
  for (let y = 0; y < image.height; y++) {
    const row = ((y + 0.5) * map.height) / image.height - 0.5;
    for (let x = 0; x < image.width; x++) {
      const column = ((x + 0.5) * map.width) / image.width - 0.5;
      const value = Math.min(1, Math.max(0, interpolate(map, column, row)));
      blend(drawn, (y * image.width + x) * image.channels, viridis(value), 0.35 + 0.5 * value);
    }
  }
  return drawn;
}

/**
 * The highest value of any joint at each pixel: all joints in one picture.
 *
 * @param values float32 [height, width, numJoints] in row order
 */
export function strongestOf(values: Float32Array, { height, width }: Pick<HeatMap, 'height' | 'width'>): HeatMap {
  const numJoints = values.length / (height * width);
  const strongest = new Float32Array(height * width);
  for (let pixel = 0; pixel < strongest.length; pixel++) {
    strongest[pixel] = values
      .subarray(pixel * numJoints, (pixel + 1) * numJoints)
      .reduce((most, value) => Math.max(most, value), -Infinity);
  }
  return { values: strongest, height, width };
}

/** Bilinear; beyond the middles of the outer pixels their values go on. */
function interpolate({ values, height, width }: HeatMap, column: number, row: number): number {
  const x = Math.min(width - 1, Math.max(0, column));
  const y = Math.min(height - 1, Math.max(0, row));
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, bottom] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)];
  const between = (a: number, b: number, share: number): number => a + (b - a) * share;
  return between(
    between(values[top * width + left]!, values[top * width + right]!, x - left),
    between(values[bottom * width + left]!, values[bottom * width + right]!, x - left),
    y - top,
  );
}

function copyOf(image: Pixels): Pixels {
  return { ...image, data: new Uint8Array(image.data) }; // a Buffer’s slice() would share its bytes
}
