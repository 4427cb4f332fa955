// Values between pixels, and what is made of them: zoom and affine maps.
import { type Pixels, SIDE } from '../pixels.js';
import { type Border, placeInside } from './filters.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** At each pixel the value found at the place that `placeOf` says, bilinear between the four around it. */
export function sampleAt(values: Pixels, placeOf: (x: number, y: number) => Point, border: Border): Pixels {
  const numChannels = values.length / SIDE ** 2;
  const result = new Float64Array(values.length);
  let to = 0;
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const { x, y } = placeOf(column, row);
      const left = Math.floor(x);
      const top = Math.floor(y);
      const u = x - left;
      const v = y - top;
      const x0 = placeInside(left, border);
      const x1 = placeInside(left + 1, border);
      const y0 = SIDE * placeInside(top, border);
      const y1 = SIDE * placeInside(top + 1, border);
      for (let c = 0; c < numChannels; c++, to++) {
        const upper = (1 - u) * values[numChannels * (y0 + x0) + c]! + u * values[numChannels * (y0 + x1) + c]!;
        const lower = (1 - u) * values[numChannels * (y1 + x0) + c]! + u * values[numChannels * (y1 + x1) + c]!;
        result[to] = (1 - v) * upper + v * lower;
      }
    }
  }
  return result;
}

/** The middle part enlarged to the whole; corner pixels of the part stay corner pixels. @param factor from 1 */
export function clippedZoom(values: Pixels, factor: number): Pixels {
  const part = Math.ceil(SIDE / factor);
  const enlarged = Math.round(part * factor);
  const start = Math.floor((SIDE - part) / 2);
  const trimmed = Math.floor((enlarged - SIDE) / 2);
  const placeOf = (at: number): number => start + ((at + trimmed) * (part - 1)) / (enlarged - 1);
  return sampleAt(values, (x, y) => ({ x: placeOf(x), y: placeOf(y) }), 'nearest');
}

export type Triangle = readonly [Point, Point, Point];

/** The affine map that takes the corners of one triangle to those of another. */
export function affineMap([a, b, c]: Triangle, [a2, b2, c2]: Triangle): (point: Point) => Point {
  const [ab, ac] = [minus(b, a), minus(c, a)];
  const [ab2, ac2] = [minus(b2, a2), minus(c2, a2)];
  const area = cross(ab, ac);
  return (point) => {
    const from = minus(point, a);
    const s = cross(from, ac) / area;
    const t = cross(ab, from) / area;
    return { x: a2.x + s * ab2.x + t * ac2.x, y: a2.y + s * ab2.y + t * ac2.y };
  };
}

function minus(a: Point, b: Point): Point {
  return { x: a.x - b.x, y: a.y - b.y };
}

function cross(a: Point, b: Point): number {
  return a.x * b.y - a.y * b.x;
}
