// Small images and ImageNet-style folders, made when a test asks for them.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';

/** Red, green, blue of the pixel in `column` and `row`. */
export type Painter = (column: number, row: number) => readonly [number, number, number];

/** Squares of 2×2 pixels, white at the top left. */
export const checkerboard: Painter = (column, row) =>
  ((column >> 1) + (row >> 1)) % 2 === 0 ? [255, 255, 255] : [0, 0, 0];

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

/** Writes files by their paths below `folder`. */
export async function writeFiles(folder: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** PNGs of 12 × 10 pixels: `counts` images of each split in each of the classes a, b, …; image i shows `shaded(i)`. */
export async function writeImageFolder(
  folder: string,
  counts: { readonly train: readonly number[]; readonly val: readonly number[] },
): Promise<void> {
  let id = 0;
  for (const [split, ofClasses] of Object.entries(counts)) {
    for (const [label, count] of ofClasses.entries()) {
      const name = String.fromCharCode('a'.charCodeAt(0) + label);
      await mkdir(join(folder, split, name), { recursive: true });
      for (let i = 0; i < count; i++) {
        const png = await picture(12, 10, shaded(id++)).png().toBuffer();
        await writeFiles(folder, { [`${split}/${name}/${String(i).padStart(3, '0')}.png`]: png });
      }
    }
  }
}
