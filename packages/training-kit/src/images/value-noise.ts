// Smooth random textures for rendered data sets.
import type { Rng } from 'rpg-core/rng';

/**
 * Value noise: random values on a grid with cells of `cellPx`, blended smoothly between.
 *
 * @param sizePx side of the square in which it is asked for
 * @returns at (x, y) in pixels from 0 to `sizePx`, a value in [0, 1]
 */
export function drawValueNoise(sizePx: number, cellPx: number, rng: Rng): (x: number, y: number) => number {
  const side = Math.ceil(sizePx / cellPx) + 2;
  const values = Float64Array.from({ length: side * side }, () => rng.uniform());
  return (x, y) => {
    const column = Math.floor(x / cellPx);
    const row = Math.floor(y / cellPx);
    const u = smooth(x / cellPx - column);
    const v = smooth(y / cellPx - row);
    const at = row * side + column;
    const upper = values[at]! + u * (values[at + 1]! - values[at]!);
    const lower = values[at + side]! + u * (values[at + side + 1]! - values[at + side]!);
    const stretched = 0.5 + 1.6 * (upper + v * (lower - upper) - 0.5); // blending pulls to the middle
    return Math.min(1, Math.max(0, stretched));
  };
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}
