import { expect, test } from 'vitest';
import { percent } from './percent.js';

test.each([
  [0.8611, undefined, '86.1 %'],
  [0.8611, 2, '86.11 %'],
  [-0.004, undefined, '-0.4 %'],
  [1, 0, '100 %'],
  [null, undefined, '–'],
  [undefined, 2, '–'],
])('%s with %s digits', (share, digits, text) => {
  expect(percent(share, digits)).toBe(text);
});
