import { expect, test } from 'vitest';
import { counted } from './counted.js';

test.each([
  { count: 0, expected: '0 epochs' },
  { count: 1, expected: '1 epoch' },
  { count: 1000, expected: '1,000 epochs' },
])('$expected', ({ count, expected }) => {
  expect(counted(count, 'epoch')).toBe(expected);
});

test('a plural of its own', () => {
  expect([1, 2].map((count) => counted(count, 'person', 'people'))).toEqual(['1 person', '2 people']);
});
