import { expect, test } from 'vitest';
import { buildLevels, chooseLevel } from './rgb-levels.js';

const image = {
  pixels: Uint8Array.from([0, 10, 20, 30, 40, 50, 60, 70, 80, 90].flatMap((value) => [value, 255, 0])),
  width: 5,
  height: 2,
  halvings: 0,
};

test('halved: means of 2 × 2, the odd column left out', () => {
  const [, half] = buildLevels(image, 1, 2);
  expect(half).toEqual({ pixels: Uint8Array.from([30, 255, 0, 50, 255, 0]), width: 2, height: 1, halvings: 1 });
});

test.each([
  { finest: 0.25, coarsest: 1.9, halvings: [0] },
  { finest: 1, coarsest: 2, halvings: [0, 1] },
  { finest: 4.2, coarsest: 17, halvings: [2, 3, 4] },
  { finest: 8, coarsest: 8, halvings: [3] },
  { finest: 2 ** 10, coarsest: 2 ** 10, halvings: [6] }, // a single pixel is never halved
])('steps from $finest to $coarsest need $halvings', ({ finest, coarsest, halvings }) => {
  const large = { pixels: new Uint8Array(3 * 64 * 64), width: 64, height: 64, halvings: 0 };
  const levels = buildLevels(large, finest, coarsest);
  expect(levels.map((level) => level.halvings)).toEqual(halvings);
  expect(chooseLevel(levels, finest)).toBe(levels[0]);
  expect(chooseLevel(levels, coarsest)).toBe(levels.at(-1));
});
