import { createRng } from 'rpg-core';
import { expect, test } from 'vitest';
import { SIDE } from '../pixels.js';
import { frostTexture } from './frost-texture.js';
import { plasmaFractal } from './plasma-fractal.js';

/** Mean step between neighbours in a row, the last and the first being neighbours, too. */
function roughness(field: Float64Array): number {
  const steps = field.map((value, k) => Math.abs(value - field[k % SIDE === SIDE - 1 ? k - SIDE + 1 : k + 1]!));
  return steps.reduce((sum, step) => sum + step, 0) / steps.length;
}

test('plasma reaches 0 and 1; the slower it decays the rougher it is; edges fit', () => {
  const rough = plasmaFractal(1.75, createRng(1).fork('plasma'));
  const smooth = plasmaFractal(3, createRng(1).fork('plasma'));
  for (const field of [rough, smooth]) {
    expect(Math.min(...field)).toBe(0);
    expect(Math.max(...field)).toBe(1);
  }
  expect(roughness(rough)).toBeGreaterThan(1.2 * roughness(smooth));
  const seam = Array.from({ length: SIDE }, (_, y) => Math.abs(smooth[SIDE * y]! - smooth[SIDE * y + SIDE - 1]!));
  expect(Math.max(...seam)).toBeLessThan(0.3);
});

test('frost is as bright and as uneven as the photographs', () => {
  const stats = Array.from({ length: 50 }, (_, i) => {
    const texture = frostTexture(createRng(1).fork(i));
    const mean = texture.reduce((sum, value) => sum + value, 0) / texture.length;
    const variance = texture.reduce((sum, value) => sum + (value - mean) ** 2, 0) / texture.length;
    return { mean: 255 * mean, deviation: 255 * Math.sqrt(variance) };
  });
  const means = stats.map(({ mean }) => mean);
  expect(Math.min(...means)).toBeGreaterThan(100);
  expect(Math.max(...means)).toBeLessThan(250);
  expect(Math.max(...means) - Math.min(...means)).toBeGreaterThan(70);
  for (const { deviation } of stats) {
    expect(deviation).toBeGreaterThan(3);
    expect(deviation).toBeLessThan(40);
  }
});
