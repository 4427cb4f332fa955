// Frost on a window, painted. The published sets take parts of five photographs; ours is free, and like them in brightness.
import type { Rng } from 'rpg-core';
import { drawValueNoise } from 'training-kit/data';
import { type Pixels, SIDE } from '../pixels.js';

/** The photographs' means lie between 123 and 233 grey levels, their deviations between 3 and 38. */
const DARKEST = 123 / 255;
const BRIGHTEST = 233 / 255;
/** Ice is a little blue. */
const tint = [-0.03, 0.01, 0.03];

/** Clouds of rime, and needles: the ridges where smooth noise crosses its middle. Not clipped. */
export function frostTexture(rng: Rng): Pixels {
  const level = DARKEST + (BRIGHTEST - DARKEST) * rng.fork('level').uniform();
  const clouds = drawValueNoise(SIDE, 14, rng.fork('clouds'));
  const wideNeedles = drawValueNoise(SIDE, 6, rng.fork('wide'));
  const fineNeedles = drawValueNoise(SIDE, 3, rng.fork('fine'));
  const contrast = 1.3 - level; // bright ones are even
  const texture = new Float64Array(3 * SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const needles = (ridge(wideNeedles(x, y)) + ridge(fineNeedles(x, y))) / 2;
      const shade = level + contrast * (0.25 * (clouds(x, y) - 0.5) + 0.35 * (needles - 0.4));
      for (let c = 0; c < 3; c++) texture[3 * (SIDE * y + x) + c] = shade + tint[c]!;
    }
  }
  return texture;
}

function ridge(height: number): number {
  return (1 - Math.abs(2 * height - 1)) ** 2;
}
