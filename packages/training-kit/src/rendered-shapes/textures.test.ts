import { createRng } from 'rpg-core';
import { expect, test } from 'vitest';
import { drawDirection, drawTexture } from './textures.js';

const black = [0, 0, 0] as const;
const white = [1, 1, 1] as const;
const points = Array.from({ length: 64 }, (_, i): [number, number] => [(i % 8) * 4.5, Math.floor(i / 8) * 4.5]);

test('shares lie between 0 and 1, vary, and follow from the seed', () => {
  for (let seed = 0; seed < 50; seed++) {
    const mixOf = () => {
      const { mix } = drawTexture([black, white], 32, createRng(seed));
      return points.map(([x, y]) => mix(x, y));
    };
    const shares = mixOf();
    expect(mixOf()).toEqual(shares);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
    expect(new Set(shares).size).toBeGreaterThan(1);
  }
});

test('directions have length 1 and no preference', () => {
  const rng = createRng('directions');
  const drawn = Array.from({ length: 2000 }, () => drawDirection(rng));
  for (const [x, y] of drawn) expect(Math.hypot(x, y)).toBeCloseTo(1, 12);
  const mean = (axis: 0 | 1) => drawn.reduce((sum, direction) => sum + direction[axis], 0) / drawn.length;
  expect(Math.abs(mean(0))).toBeLessThan(0.08); // five standard errors
  expect(Math.abs(mean(1))).toBeLessThan(0.08);
});
