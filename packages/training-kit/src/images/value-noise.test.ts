import { createRng } from 'rpg-core/rng';
import { expect, test } from 'vitest';
import { drawValueNoise } from './value-noise.js';

test('at a corner of the grid it is the drawn value, stretched about the middle', () => {
  const rng = createRng('noise');
  const first = createRng('noise').uniform();
  const noise = drawValueNoise(10, 5, rng);
  expect(noise(0, 0)).toBeCloseTo(Math.min(1, Math.max(0, 0.5 + 1.6 * (first - 0.5))), 12);
});

test('stays in [0, 1] up to the edge, changes smoothly, and is the same for the same seed', () => {
  const [one, other] = [drawValueNoise(32, 7, createRng(1)), drawValueNoise(32, 7, createRng(1))];
  for (let i = 0; i <= 320; i++) {
    const [x, y] = [i / 10, 32 - i / 10];
    expect(one(x, y)).toBeGreaterThanOrEqual(0);
    expect(one(x, y)).toBeLessThanOrEqual(1);
    expect(other(x, y)).toBe(one(x, y));
    if (i > 0) expect(Math.abs(one(x, y) - one(x - 0.1, y + 0.1))).toBeLessThan(0.12);
  }
});
