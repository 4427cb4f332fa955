// A prediction at another size than the network's.
import type { PredictedPixels } from '../metrics/metrics.js';

/**
 * Samples between the four nearest pixels. Of depths 1 / depth is interpolated, which is linear on a plane, as training's
 * views have it; normals come out with length 1. Beyond the middles of the outer pixels their values go on.
 *
 * @param prediction depths [from, from], above 0, and normals [from, from, 3], of length 1
 * @param from side of the prediction, pixels
 * @param to side of the result, pixels
 * @returns new arrays; the ones given where the sizes are the same
 */
export function resizePrediction({ depths, normals }: PredictedPixels, from: number, to: number): PredictedPixels {
  if (from === to) return { depths, normals };
  const resized = { depths: new Float32Array(to * to), normals: new Float32Array(3 * to * to) };
  const taps = Array.from({ length: to }, (_, i) => tapOf(i, from, to));
  const normal = new Float64Array(3);
  for (let row = 0, at = 0; row < to; row++) {
    const { low: top, high: bottom, share: lower } = taps[row]!;
    for (let column = 0; column < to; column++, at++) {
      const { low: left, high: right, share } = taps[column]!;
      const corners = [top * from + left, top * from + right, bottom * from + left, bottom * from + right] as const;
      const shares = [(1 - lower) * (1 - share), (1 - lower) * share, lower * (1 - share), lower * share] as const;
      let inverse = 0;
      normal.fill(0);
      for (let corner = 0; corner < 4; corner++) {
        const pixel = corners[corner]!;
        inverse += shares[corner]! / depths[pixel]!;
        for (let axis = 0; axis < 3; axis++) normal[axis]! += shares[corner]! * normals[3 * pixel + axis]!;
      }
      resized.depths[at] = 1 / inverse;
      writeUnit(normal, normals, 3 * corners[nearestOf(shares)]!, resized.normals, 3 * at);
    }
  }
  return resized;
}

/** Between which pixels of `from` the middle of pixel `i` of `to` lies. */
function tapOf(i: number, from: number, to: number): { low: number; high: number; share: number } {
  const place = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
  const low = Math.floor(place);
  return { low, high: Math.min(from - 1, low + 1), share: place - low };
}

function nearestOf(shares: readonly number[]): number {
  return shares.indexOf(Math.max(...shares));
}

/** Opposite normals may cancel out: there the nearest pixel's stands. */
function writeUnit(
  [x = 0, y = 0, z = 0]: Float64Array,
  normals: Float32Array,
  nearest: number,
  out: Float32Array,
  at: number,
): void {
  const length = Math.hypot(x, y, z);
  if (length < 1e-6) out.set(normals.subarray(nearest, nearest + 3), at);
  else out.set([x / length, y / length, z / length], at);
}
