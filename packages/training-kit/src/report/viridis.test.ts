import { expect, test } from 'vitest';
import { viridis } from './viridis.js';

test('from dark violet to yellow, brighter at every step', () => {
  expect(viridis(0)).toEqual([68, 1, 84]);
  expect(viridis(1)).toEqual([253, 231, 37]);
  expect(viridis(1 / 9)).toEqual([72, 40, 120]);
  expect(viridis(0.5 / 9)).toEqual([70, 20.5, 102]); // half way between two stops
  const luminance = Array.from({ length: 101 }, (_, i) => {
    const [red, green, blue] = viridis(i / 100);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  expect(luminance).toEqual(luminance.toSorted((a, b) => a - b));
});
