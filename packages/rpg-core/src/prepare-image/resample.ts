// Resizing with the triangle filter that PIL and torchvision call bilinear: on the way down each pixel is a weighted mean
// over all source pixels it covers. In plain arithmetic on decoded bytes, so that a view is the same on every machine;
// only the part that is kept is computed.
import type { ImageView, Stretch } from './image-view.js';

/** Per channel: a byte b becomes gain · b + offset. */
export interface ChannelScale {
  readonly gain: readonly [number, number, number];
  readonly offset: readonly [number, number, number];
}

export interface RgbPixels {
  /** uint8 [height, width, 3] */
  readonly pixels: Uint8Array;
  readonly width: number;
}

/**
 * Writes `image` as `view` shows it.
 *
 * @param out float32 [view.rows.count, view.columns.count, 3], every element is written
 */
export function resample(
  image: RgbPixels,
  { rows, columns, isFlipped }: ImageView,
  { gain, offset }: ChannelScale,
  out: Float32Array,
): void {
  const down = tapsOf(rows);
  const firstRow = down.starts.reduce((least, start) => Math.min(least, start), Infinity);
  const endRow = down.starts.reduce((most, start, i) => Math.max(most, start + down.counts[i]!), 0);
  const rowLength = 3 * columns.count;
  const narrowed = resampleColumns(image, tapsOf(columns), firstRow, endRow); // [endRow − firstRow, columns.count, 3]

  const sums = new Float32Array(rowLength);
  for (let row = 0; row < rows.count; row++) {
    sums.fill(0);
    for (let tap = 0; tap < down.counts[row]!; tap++) {
      const weight = down.weights[row * down.maxTaps + tap]!;
      const from = (down.starts[row]! - firstRow + tap) * rowLength;
      for (let k = 0; k < rowLength; k++) sums[k] = sums[k]! + weight * narrowed[from + k]!;
    }
    const to = row * rowLength;
    for (let k = 0; k < rowLength; k += 3) {
      const at = to + (isFlipped ? rowLength - 3 - k : k);
      out[at] = gain[0] * sums[k]! + offset[0];
      out[at + 1] = gain[1] * sums[k + 1]! + offset[1];
      out[at + 2] = gain[2] * sums[k + 2]! + offset[2];
    }
  }
}

/** Which source pixels make up each kept pixel of one axis, and how much of each. */
interface Taps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** float32 [count, maxTaps]; those of a pixel add up to 1 */
  readonly weights: Float32Array;
  readonly maxTaps: number;
}

/** Exported for its test. */
export function tapsOf({ start, length, resized, first, count }: Stretch): Taps {
  const scale = length / resized;
  const reach = Math.max(scale, 1); // enlarging, the filter spans two source pixels; reducing, two of the result's
  const maxTaps = 2 * Math.ceil(reach) + 1;
  const starts = new Int32Array(count);
  const counts = new Int32Array(count);
  const weights = new Float32Array(count * maxTaps);
  for (let i = 0; i < count; i++) {
    const centre = (first + i + 0.5) * scale;
    const from = Math.max(0, Math.floor(centre - reach + 0.5));
    const to = Math.min(length, Math.floor(centre + reach + 0.5));
    const own = weights.subarray(i * maxTaps, i * maxTaps + to - from);
    let sum = 0;
    for (let k = 0; k < own.length; k++) {
      const distance = Math.abs(from + k + 0.5 - centre) / reach;
      own[k] = Math.max(0, 1 - distance);
      sum += own[k]!;
    }
    for (let k = 0; k < own.length; k++) own[k] = own[k]! / sum;
    starts[i] = start + from;
    counts[i] = own.length;
  }
  return { starts, counts, weights, maxTaps };
}

/** float32 [endRow − firstRow, kept columns, 3]: the source's rows, each narrowed or widened. */
function resampleColumns({ pixels, width }: RgbPixels, taps: Taps, firstRow: number, endRow: number): Float32Array {
  const { starts, counts, weights, maxTaps } = taps;
  const result = new Float32Array((endRow - firstRow) * starts.length * 3);
  let to = 0;
  for (let row = firstRow; row < endRow; row++) {
    for (let i = 0; i < starts.length; i++, to += 3) {
      let from = 3 * (row * width + starts[i]!);
      let red = 0;
      let green = 0;
      let blue = 0;
      const end = i * maxTaps + counts[i]!;
      for (let tap = i * maxTaps; tap < end; tap++, from += 3) {
        const weight = weights[tap]!;
        red += weight * pixels[from]!;
        green += weight * pixels[from + 1]!;
        blue += weight * pixels[from + 2]!;
      }
      result[to] = red;
      result[to + 1] = green;
      result[to + 2] = blue;
    }
  }
  return result;
}
