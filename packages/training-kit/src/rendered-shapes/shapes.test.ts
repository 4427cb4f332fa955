import { expect, test } from 'vitest';
import { shapeNames, shapeReach, signedDistances } from './shapes.js';

const SIDE = 60;
/** A grid over a square a little larger than any shape. */
const grid = Array.from({ length: SIDE * SIDE }, (_, i): [number, number] => {
  const at = (k: number) => ((k / (SIDE - 1)) * 2 - 1) * 1.5;
  return [at(i % SIDE), at(Math.floor(i / SIDE))];
});

test.each(shapeNames)('%s has an inside, and ends within its reach', (name) => {
  const inside = grid.filter(([x, y]) => signedDistances[name](x, y) < 0);
  expect(inside.length).toBeGreaterThan(grid.length / 20);
  expect(Math.max(...inside.map(([x, y]) => Math.hypot(x, y)))).toBeLessThanOrEqual(shapeReach);
});

test('distances of the simple ones, by hand', () => {
  const { disc, ring, square } = signedDistances;
  expect([disc(0, 0), disc(0.9, 0), disc(0, -1.9)]).toEqual([-0.9, 0, 1].map((value) => expect.closeTo(value, 12)));
  expect(ring(0, 0)).toBeCloseTo(0.54, 12);
  expect(ring(0, 0.75)).toBeCloseTo(-0.21, 12);
  expect([square(0, 0), square(1.8, 0), square(0, 0.8)]).toEqual(
    [-0.8, 1, 0].map((value) => expect.closeTo(value, 12)),
  );
});
