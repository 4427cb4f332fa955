import { expect, test } from 'vitest';
import { evenlyChosen } from './evenly-chosen.js';

test.each([
  { count: 3, chosen: [0, 2, 4] },
  { count: 7, chosen: [0, 1, 2, 3, 4, 5, 6] },
  { count: 20, chosen: [0, 1, 2, 3, 4, 5, 6] },
  { count: 0, chosen: [] },
])('$count of seven', ({ count, chosen }) => {
  expect(evenlyChosen([0, 1, 2, 3, 4, 5, 6], count)).toEqual(chosen);
});

test('of none none', () => {
  expect(evenlyChosen([], 4)).toEqual([]);
});
