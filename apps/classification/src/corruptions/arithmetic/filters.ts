// Weighted sums over neighbours: Gaussian and line-shaped blur, and kernels given tap by tap.
import { type Pixels, SIDE } from '../pixels.js';

/** What lies beyond the edge: its last pixel; the image mirrored at that pixel (dcb|abcd); or behind it (cba|abcd). */
export type Border = 'nearest' | 'mirror' | 'symmetric';

/** The place inside that stands for place `at`. */
export function placeInside(at: number, border: Border): number {
  if (border === 'nearest') return Math.min(SIDE - 1, Math.max(0, at));
  const period = border === 'mirror' ? 2 * (SIDE - 1) : 2 * SIDE;
  const folded = ((at % period) + period) % period;
  if (folded < SIDE) return folded;
  return border === 'mirror' ? period - folded : period - 1 - folded;
}

/** A neighbour `columns` to the right and `rows` down, and how much it counts. */
export interface Tap {
  readonly columns: number;
  readonly rows: number;
  readonly weight: number;
}

/** At each pixel the sum of its neighbours, weighted. */
export function weightedSum(values: Pixels, taps: readonly Tap[], border: Border): Pixels {
  const numChannels = values.length / SIDE ** 2;
  const sums = new Float64Array(values.length);
  for (const { columns, rows, weight } of taps) {
    const from = Array.from({ length: SIDE }, (_, x) => numChannels * placeInside(x + columns, border));
    let to = 0;
    for (let y = 0; y < SIDE; y++) {
      const row = numChannels * SIDE * placeInside(y + rows, border);
      for (let x = 0; x < SIDE; x++) {
        for (let c = 0; c < numChannels; c++, to++) sums[to]! += weight * values[row + from[x]! + c]!;
      }
    }
  }
  return sums;
}

/** @param truncate the kernel ends after so many deviations */
export function gaussianBlur(
  values: Pixels,
  { sigma, truncate, border }: { readonly sigma: number; readonly truncate: number; readonly border: Border },
): Pixels {
  const radius = Math.floor(truncate * sigma + 0.5);
  if (radius === 0) return values;
  const offsets = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
  const weights = normalized(offsets.map((offset) => Math.exp(-0.5 * (offset / sigma) ** 2)));
  const alongRows = offsets.map((columns, i) => ({ columns, rows: 0, weight: weights[i]! }));
  const alongColumns = offsets.map((rows, i) => ({ columns: 0, rows, weight: weights[i]! }));
  return weightedSum(weightedSum(values, alongRows, border), alongColumns, border);
}

/** A line of pixels that begins at its own, with weights that fall like half of a Gaussian: ImageMagick's motion blur. */
export function motionBlur(
  values: Pixels,
  { radius, sigma, angle }: { readonly radius: number; readonly sigma: number; readonly angle: number },
): Pixels {
  const lengths = Array.from({ length: 2 * Math.ceil(radius) + 1 }, (_, i) => i);
  const weights = normalized(lengths.map((length) => Math.exp(-0.5 * (length / sigma) ** 2)));
  const radians = (angle * Math.PI) / 180;
  const taps = lengths.map((length, i) => ({
    columns: Math.ceil(length * Math.cos(radians) - 0.5),
    rows: Math.ceil(length * Math.sin(radians) - 0.5),
    weight: weights[i]!,
  }));
  return weightedSum(values, taps, 'nearest');
}

/** A disk of `radius` pixels, its edge softened by a Gaussian of three pixels with deviation `softness`. Weights add up to 1. */
export function softDisk(radius: number, softness: number): Tap[] {
  const reach = Math.floor(radius) + 1;
  const offsets = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  const side = Math.exp(-0.5 / softness ** 2);
  const soft = normalized([side, 1, side]);
  const inDisk = (x: number, y: number): number => (x ** 2 + y ** 2 <= radius ** 2 ? 1 : 0);
  const taps = offsets.flatMap((rows) =>
    offsets.map((columns) => ({
      columns,
      rows,
      weight: soft.reduce(
        (sum, v, j) => sum + soft.reduce((part, u, i) => part + u * v * inDisk(columns + i - 1, rows + j - 1), 0),
        0,
      ),
    })),
  );
  const total = taps.reduce((sum, { weight }) => sum + weight, 0);
  return taps.filter(({ weight }) => weight > 0).map((tap) => ({ ...tap, weight: tap.weight / total }));
}

function normalized(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
