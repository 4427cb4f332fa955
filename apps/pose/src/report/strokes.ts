// Lines with soft edges and dots on pixels in memory.
import type { Pixels } from 'training-kit/report';
import type { Point } from '../data/annotations/person-record.js';

/** Red, green and blue, 0–255. */
export type Rgb = readonly [number, number, number];

/** How a stroke looks. */
export interface Pen {
  readonly colour: Rgb;
  readonly widthPx: number;
  /** In [0, 1]; default 1. */
  readonly opacity?: number;
}

/**
 * Draws a straight stroke with round ends, in place; a stroke from a point to itself is a dot. Whole numbers are the
 * middles of pixels. What lies outside the image is not drawn, and neither is a stroke with an end that is no number.
 */
export function drawStroke(image: Pixels, from: Point, to: Point, { colour, widthPx, opacity = 1 }: Pen): void {
  if (![from.x, from.y, to.x, to.y].every(Number.isFinite)) return;
  const radius = widthPx / 2;
  const reach = radius + 1;
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
  const right = Math.min(image.width - 1, Math.ceil(Math.max(from.x, to.x) + reach));
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
  const bottom = Math.min(image.height - 1, Math.ceil(Math.max(from.y, to.y) + reach));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      // How much of the pixel the stroke covers, as if its edge were straight there.
      const coverage = Math.min(1, Math.max(0, radius + 0.5 - distanceTo({ x, y }, from, to)));
      if (coverage > 0) blend(image, (y * image.width + x) * image.channels, colour, coverage * opacity);
    }
  }
}

/** Distance of a point from the stretch between two others. */
function distanceTo({ x, y }: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const squaredLength = dx * dx + dy * dy;
  const along = squaredLength === 0 ? 0 : ((x - from.x) * dx + (y - from.y) * dy) / squaredLength;
  const nearest = Math.min(1, Math.max(0, along));
  return Math.hypot(x - from.x - nearest * dx, y - from.y - nearest * dy);
}

/** Mixes `colour` into the pixel at `offset`; a fourth channel is left as it is. */
export function blend({ data }: Pixels, offset: number, colour: Rgb, opacity: number): void {
  for (let c = 0; c < 3; c++) {
    const old = data[offset + c]!;
    data[offset + c] = Math.round(old + (colour[c]! - old) * opacity);
  }
}
