import { expect, test } from 'vitest';
import { SHAPE_REACH, shapeNames, signedDistances } from './shapes.js';

const SIDE = 60;
/** A grid over a square a little larger than any shape. */
const grid = Array.from({ length: SIDE * SIDE }, (_, i): [number, number] => {
  const at = (k: number) => ((k / (SIDE - 1)) * 2 - 1) * 1.5;
  return [at(i % SIDE), at(Math.floor(i / SIDE))];
});

test.each(shapeNames)('%s has an inside, and ends within its reach', (name) => {
  const inside = grid.filter(([x, y]) => signedDistances[name](x, y) < 0);
  expect(inside.length).toBeGreaterThan(grid.length / 20);
  expect(Math.max(...inside.map(([x, y]) => Math.hypot(x, y)))).toBeLessThanOrEqual(SHAPE_REACH);
});

test.each([
  { name: 'disc', x: 0, y: 0, distance: -0.9 },
  { name: 'disc', x: 0, y: -1.9, distance: 1 },
  { name: 'ring', x: 0, y: 0, distance: 0.54 },
  { name: 'ring', x: 0, y: 0.75, distance: -0.21 },
  { name: 'square', x: 0, y: 0, distance: -0.8 },
  { name: 'square', x: 1.8, y: 0, distance: 1 },
] as const)('$name at ($x, $y), by hand', ({ name, x, y, distance }) => {
  expect(signedDistances[name](x, y)).toBeCloseTo(distance, 12);
});
