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
  { name: 'cloth', draw: drawCloth, value: [0.18, 0.98], mostChroma: 0.85 },
  { name: 'surroundings', draw: drawSurroundings, value: [0.3, 0.95], mostChroma: 0.45 },
])('$name: brightness and chroma keep their ranges, and every channel is now and then the strongest', (kind) => {
  const rng = createRng(2);
  const strongest = new Set<number>();
  for (let i = 0; i < 300; i++) {
    const color = kind.draw(rng);
    const most = Math.max(...color);
    expect(most).toBeGreaterThanOrEqual(kind.value[0]! - 1e-9);
    expect(most).toBeLessThanOrEqual(kind.value[1]! + 1e-9);
    expect(1 - Math.min(...color) / most).toBeLessThanOrEqual(kind.mostChroma + 1e-9);
    strongest.add(color.indexOf(most));
  }
  expect([...strongest].sort()).toEqual([0, 1, 2]);
});

test('skin and hair are redder than blue, within 0..1', () => {
  const rng = createRng(3);
  for (let i = 0; i < 100; i++) {
    for (const color of [drawSkin(rng), drawHair(rng)]) {
      expect(color[0]).toBeGreaterThan(color[2]);
      expect(Math.max(...color)).toBeLessThanOrEqual(1);
    }
  }
});
