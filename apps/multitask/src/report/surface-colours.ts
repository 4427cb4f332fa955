// Pictures of depths, normals and errors for the eye, and several pictures as one.
import { type Pixels, viridis } from 'training-kit/report';

/** From dark blue to yellow. */
export interface ColourRange {
  readonly low: number;
  readonly high: number;
}

/** Of pixels that nothing is known of; the colour map has no grey. */
const missingColour = [128, 128, 128] as const;
/** Between pictures. */
const GAP_COLOUR = 255;

/**
 * Values as colours (viridis), held within the range; pixels whose mask is 0 are grey.
 *
 * @param values [size, size] in row order
 * @param mask of the same length, 0 or 1; left out, all are known
 * @returns uint8 [size, size, 3]
 */
export function rangeColours(values: Float32Array, { low, high }: ColourRange, mask?: Float32Array): Uint8Array {
  const bytes = new Uint8Array(3 * values.length);
  values.forEach((value, i) => {
    const share = high > low ? (value - low) / (high - low) : 0;
    bytes.set(mask?.[i] === 0 ? missingColour : viridis(Math.min(1, Math.max(0, share))).map(Math.round), 3 * i);
  });
  return bytes;
}

/** Least and largest known value; undefined where none is known. */
export function knownRange(values: Float32Array, mask?: Float32Array): ColourRange | undefined {
  const known = mask === undefined ? values : values.filter((_, i) => mask[i] !== 0);
  if (known.length === 0) return undefined;
  return {
    low: known.reduce((least, value) => Math.min(least, value), Infinity),
    high: known.reduce((most, value) => Math.max(most, value), -Infinity),
  };
}

/** `dark 0.82 m, yellow 5.10 m` */
export function describeRange({ low, high }: ColourRange): string {
  return `dark ${low.toFixed(2)} m, yellow ${high.toFixed(2)} m`;
}

/**
 * Square pictures in rows on white, small ones enlarged by a whole factor.
 *
 * @param rows of as many pictures each, uint8 [size, size, 3]
 * @param size pixels of a side
 * @param leastSize what a side is at least enlarged to
 */
export function tile(rows: readonly (readonly Uint8Array[])[], size: number, leastSize: number): Pixels {
  const factor = Math.max(1, Math.ceil(leastSize / size));
  const side = factor * size;
  const gap = Math.max(2, Math.round(side / 32));
  const extent = (count: number): number => count * side + (count - 1) * gap;
  const [width, height] = [extent(rows[0]?.length ?? 0), extent(rows.length)];
  const data = new Uint8Array(3 * width * height).fill(GAP_COLOUR);
  const line = new Uint8Array(3 * side);
  for (const [row, pictures] of rows.entries()) {
    for (const [column, picture] of pictures.entries()) {
      for (let y = 0; y < side; y++) {
        if (y % factor === 0) enlargeLine(picture, 3 * size * (y / factor), factor, line);
        data.set(line, 3 * ((row * (side + gap) + y) * width + column * (side + gap)));
      }
    }
  }
  return { data, width, height, channels: 3 };
}

/** Fills `out` with the line of pixels that starts at `from`, each repeated `factor` times. */
function enlargeLine(picture: Uint8Array, from: number, factor: number, out: Uint8Array): void {
  for (let at = 0; at < out.length; at++) {
    out[at] = picture[from + 3 * Math.floor(at / (3 * factor)) + (at % 3)]!;
  }
}
