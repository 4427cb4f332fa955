// Takes away what a depth camera would not have seen: patches of a scan that has holes, grazing surfaces, specks.
import type { Rng } from 'rpg-core/rng';
import { drawValueNoise } from 'training-kit/data';
import { type CastFrame, viewSlope } from './cast.js';

/** Cosine between ray and normal below which half of the depths are lost. */
const GRAZING = 0.1;
/** Share of depths lost anywhere. */
const SPECK_SHARE = 0.005;
/** Of the smooth noise; above it a scan has a hole. */
const HOLE_THRESHOLD = 0.97;

/** Sets missing depths to 0 and missing normals to zeros. A hole takes both, the rest the depth alone. */
export function loseSurfaces({ depths, normals }: CastFrame, sizePx: number, rng: Rng): void {
  const hasHoles = rng.below(2) === 0;
  const noise = drawValueNoise(sizePx, sizePx / 6, rng);
  for (let row = 0, at = 0; row < sizePx; row++) {
    const y = viewSlope(row + 0.5, sizePx);
    for (let column = 0; column < sizePx; column++, at++) {
      const x = viewSlope(column + 0.5, sizePx);
      const towards = -(x * normals[3 * at]! + y * normals[3 * at + 1]! + normals[3 * at + 2]!);
      const isHole = hasHoles && noise(column, row) > HOLE_THRESHOLD;
      const chance = rng.uniform();
      const isGrazing = chance < 0.5 && towards < GRAZING * Math.sqrt(x * x + y * y + 1);
      if (isHole || isGrazing || chance < SPECK_SHARE) depths[at] = 0;
      if (isHole) normals.fill(0, 3 * at, 3 * at + 3);
    }
  }
}
