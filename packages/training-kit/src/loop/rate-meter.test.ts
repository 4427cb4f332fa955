import { expect, test } from 'vitest';
import { createRateMeter } from './rate-meter.js';

test('gives the rate of steady work exactly, from the first count', () => {
  const meter = createRateMeter(0, 1000);
  expect(meter.perSecond('steps')).toBe(0);
  for (let step = 1; step <= 50; step++) {
    meter.add(step * 200, { steps: 1, images: 64 });
    expect(meter.perSecond('steps')).toBeCloseTo(5, 10);
    expect(meter.perSecond('images')).toBeCloseTo(320, 8);
  }
});

test('forgets half in a half-life', () => {
  const meter = createRateMeter(0, 1000);
  meter.add(1000, { steps: 10 });
  meter.add(2000, { steps: 0 });
  expect(meter.perSecond('steps')).toBeCloseTo(5 / 1.5, 10); // 10 faded to 5, over 0.5 s and 1 s
});

test('bears a clock that is set back', () => {
  const meter = createRateMeter(1000, 1000);
  meter.add(2000, { steps: 1 });
  meter.add(500, { steps: 1 });
  expect(meter.perSecond('steps')).toBe(2);
});
