import { expect, test } from 'vitest';
import { describeTimes, medianOf, stepTimesOf } from './step-times.js';

test.each([
  { values: [7], median: 7 },
  { values: [3, 1, 2], median: 2 },
  { values: [4, 1, 3, 2], median: 2.5 },
])('median of $values', ({ values, median }) => {
  const before = [...values];
  expect(medianOf(values)).toBe(median);
  expect(values).toEqual(before); // left in its order
});

test('there is no median of nothing', () => {
  expect(() => medianOf([])).toThrow(new RangeError('medianOf: there are no values.'));
});

test('in words', () => {
  expect(describeTimes('ring', stepTimesOf([210, 200.4, 1234.5]))).toBe(
    'ring     median    210 ms   min    200 ms   max   1235 ms',
  );
  expect(describeTimes('one', stepTimesOf([6.651]))).toContain('median   6.65 ms');
});
