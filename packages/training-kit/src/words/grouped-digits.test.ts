import { expect, test } from 'vitest';
import { groupedDigits } from './grouped-digits.js';

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1 000'],
  [153_700_000, '153 700 000'],
])('%d is %s', (count, text) => {
  expect(groupedDigits(count)).toBe(text);
});
