// Clouds by the diamond-square algorithm: https://en.wikipedia.org/wiki/Diamond-square_algorithm, on a torus.
import type { Rng } from 'rpg-core';
import { type Pixels, SIDE } from '../pixels.js';

/**
 * A field of heights from 0 to 1, both reached; opposite edges fit together.
 *
 * @param decay the deviation that is added falls by its square with each halving of the step: 2 is rough, 3 smooth
 */
export function plasmaFractal(decay: number, rng: Rng): Pixels {
  const heights = new Float64Array(SIDE * SIDE);
  let spread = 1;
  const at = (x: number, y: number): number => SIDE * (y & (SIDE - 1)) + (x & (SIDE - 1)); // SIDE is a power of two
  const height = (x: number, y: number): number => heights[at(x, y)]!;
  for (let step = SIDE; step >= 2; step /= 2, spread /= decay ** 2) {
    const half = step / 2;
    const deviation = (): number => spread * (2 * rng.uniform() - 1);
    for (let y = half; y < SIDE; y += step) {
      for (let x = half; x < SIDE; x += step) {
        const corners = height(x - half, y - half) + height(x + half, y - half) + height(x - half, y + half);
        heights[at(x, y)] = (corners + height(x + half, y + half)) / 4 + deviation();
      }
    }
    for (let y = 0; y < SIDE; y += half) {
      for (let x = (y / half) % 2 === 0 ? half : 0; x < SIDE; x += step) {
        const sides = height(x - half, y) + height(x + half, y) + height(x, y - half) + height(x, y + half);
        heights[at(x, y)] = sides / 4 + deviation();
      }
    }
  }
  const least = Math.min(...heights);
  const most = Math.max(...heights);
  return heights.map((value) => (value - least) / (most - least));
}
