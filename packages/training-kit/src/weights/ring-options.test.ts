import { expect, test } from 'vitest';
import { ringOptionsOf } from './ring-options.js';

test('what is left out stays as rpg-core has it', () => {
  expect(ringOptionsOf({})).toEqual({});
  expect(ringOptionsOf({ sampling: 'uneven', reflect: false, ringStart: 'rms' })).toEqual({
    sampling: 'uneven',
    reflect: false,
  });
});

test('the official code starts every ring with √(2 / (512 · 9))', () => {
  expect(ringOptionsOf({ ringStart: 'official' }).ringStandardDeviation).toBeCloseTo(0.0208333, 6);
  expect(ringOptionsOf({ ringStart: 0.01 })).toEqual({ ringStandardDeviation: 0.01 });
});
