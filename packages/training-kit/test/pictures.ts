// Small images, painted when a test asks for them.
import sharp, { type Sharp } from 'sharp';

/** Red, green, blue of the pixel in `column` and `row`. */
export type Painter = (column: number, row: number) => readonly [number, number, number];

/** An image that is told from others by its left upper pixel, and from its mirror by its shade. */
export const shaded =
  (id: number): Painter =>
  (column, row) => [(37 * id) % 256, (8 * column + 5 * id) % 256, (9 * row) % 256];

/** uint8 [height, width, 3] */
export function paint(width: number, height: number, painter: Painter): Uint8Array {
  return Uint8Array.from(
    Array.from({ length: width * height }, (_, i) => painter(i % width, Math.floor(i / width))).flat(),
  );
}

/** An image to be encoded by one of sharp's formats. */
export function picture(width: number, height: number, painter: Painter): Sharp {
  return sharp(paint(width, height, painter), { raw: { width, height, channels: 3 } });
}
