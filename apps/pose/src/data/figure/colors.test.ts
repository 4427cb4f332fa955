// Colours worked by hand, and the ranges that draws keep to.
import { createRng } from 'rpg-core';
import { expect, test } from 'vitest';
import {
  between,
  clamp01,
  colorDistance,
  drawCloth,
  drawHair,
  drawSkin,
  drawSurroundings,
  mixColors,
  pick,
  scaleColor,
} from './colors.js';

test('mixing, scaling and distance of colours', () => {
  expect(mixColors([0, 0.5, 1], [1, 0.5, 0], 0.25)).toEqual([0.25, 0.5, 0.75]);
  expect(scaleColor([0.25, 0.5, 0.75], 2)).toEqual([0.5, 1, 1]);
  expect(colorDistance([0.1, 0.2, 0.3], [0.1, 0.5, 0.7])).toBeCloseTo(0.5, 12);
  expect([-0.1, 0.3, 1.1].map(clamp01)).toEqual([0, 0.3, 1]);
});

test('draws lie between their bounds, and every item is picked', () => {
  const rng = createRng(1);
  const values = Array.from({ length: 200 }, () => between(rng, -2, 3));
  expect(Math.min(...values)).toBeGreaterThanOrEqual(-2);
  expect(Math.min(...values)).toBeLessThan(-1.5);
  expect(Math.max(...values)).toBeLessThan(3);
  expect(Math.max(...values)).toBeGreaterThan(2.5);
  expect([...new Set(Array.from({ length: 50 }, () => pick(['a', 'b', 'c'], rng)))].sort()).toEqual(['a', 'b', 'c']);
});

test.each([
  { name: 'cloth', draw: drawCloth, value: [0.18, 0.98], chroma: [0.05, 0.85] },
  { name: 'surroundings', draw: drawSurroundings, value: [0.3, 0.95], chroma: [0.03, 0.45] },
] as const)(
  '$name: brightness and chroma fill their ranges, and every channel is now and then the strongest',
  (kind) => {
    const rng = createRng(2);
    const colors = Array.from({ length: 300 }, () => kind.draw(rng));
    const values = colors.map((color) => Math.max(...color));
    expectToFill(kind.value, values);
    expectToFill(
      kind.chroma,
      colors.map((color, i) => 1 - Math.min(...color) / values[i]!),
    );
    expect([...new Set(colors.map((color, i) => color.indexOf(values[i]!)))].sort()).toEqual([0, 1, 2]);
  },
);

/** All values lie between `low` and `high`, the least and the greatest within 0.02 of them. */
function expectToFill([low, high]: readonly [number, number], values: readonly number[]): void {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  expect(least).toBeGreaterThanOrEqual(low - 1e-9);
  expect(least).toBeLessThan(low + 0.02);
  expect(greatest).toBeLessThanOrEqual(high + 1e-9);
  expect(greatest).toBeGreaterThan(high - 0.02);
}

test.each([
  { name: 'skin', draw: drawSkin, brightness: [0.41 * 0.94, 1] },
  { name: 'hair', draw: drawHair, brightness: [0.1 * 0.9, 0.72 * 1.1] },
] as const)('$name is redder than blue, from its darkest to its brightest', ({ draw, brightness }) => {
  const rng = createRng(3);
  const colors = Array.from({ length: 300 }, () => draw(rng));
  for (const [red, , blue] of colors) expect(red).toBeGreaterThan(blue);
  expectToFill(
    brightness,
    colors.map((color) => Math.max(...color)),
  );
});
