import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DepthErrors, DepthSums } from './depth-metrics.js';

const scale = { maxDepth: 10 };
const floats = (...values: number[]): Float32Array => Float32Array.from(values);

function errorsOf(predicted: number[], actual: number[], mask = actual.map(() => 1)): DepthErrors {
  const sums = new DepthSums(scale);
  sums.add(floats(...predicted), floats(...actual), floats(...mask));
  return sums.errors();
}

test('by hand', () => {
  const { rmse, rmseOfRange, relative, log10, rmseLog, within, numPixels } = errorsOf([2, 4, 1, 5], [2, 2, 2, 4]);
  expect(rmse).toBeCloseTo(Math.sqrt((0 + 4 + 1 + 1) / 4), 12);
  expect(rmseOfRange).toBeCloseTo(rmse / 10, 12);
  expect(relative).toBeCloseTo((0 + 1 + 0.5 + 0.25) / 4, 12);
  expect(log10).toBeCloseTo((2 * Math.log10(2) + Math.log10(1.25)) / 4, 12);
  expect(rmseLog).toBeCloseTo(Math.sqrt((2 * Math.log(2) ** 2 + Math.log(1.25) ** 2) / 4), 12);
  expect(within).toEqual([0.25, 0.5, 0.5]); // ratios 1, 2, 2, and 1.25, which is not below 1.25
  expect(numPixels).toBe(4);
});

test('unknown pixels change nothing, whatever they hold', () => {
  const masked = errorsOf([2, 99, 3, NaN, 4], [2, 0, 4, NaN, 65_535 / 512], [1, 0, 1, 0, 0]);
  expect(masked).toEqual(errorsOf([2, 3], [2, 4]));
});

test('an image with few known pixels weighs as few: no mean of means', () => {
  const sums = new DepthSums(scale);
  sums.add(floats(1, 1, 1), floats(1, 1, 1), floats(1, 1, 1));
  sums.add(floats(3, 1, 1), floats(1, 1, 1), floats(1, 0, 0));
  expect(sums.errors().rmse).toBe(1); // √(4 / 4); a mean over images would give √((0 + 4) / 2)
});

test('the logarithms’ error is a root of a mean of squares, not of a squared mean', () => {
  expect(errorsOf([2, 0.5], [1, 1]).rmseLog).toBeCloseTo(Math.log(2), 12); // signed logarithms add up to 0
});

test('predictions are held in range', () => {
  expect(errorsOf([0, 1000], [0.1, 10])).toMatchObject({ numPixels: 2, within: [1, 1, 1] });
  const sums = new DepthSums({ maxDepth: 5, minDepth: 1 });
  sums.add(floats(0), floats(2), floats(1));
  expect(sums.errors().rmse).toBe(1);
});

test('batches of any sizes in any order give the same', () => {
  const pixel = fc.record({
    predicted: fc.double({ min: 0, max: 12, noNaN: true }),
    actual: fc.double({ min: 0.2, max: 10, noNaN: true }),
    mask: fc.constantFrom(0, 1),
  });
  const property = fc.property(fc.array(pixel, { minLength: 1, maxLength: 30 }), fc.nat(29), (pixels, cut) => {
    fc.pre(pixels.some(({ mask }) => mask === 1));
    const sums = new DepthSums(scale);
    for (const part of [pixels.slice(cut), pixels.slice(0, cut)]) {
      sums.add(
        floats(...part.map((p) => p.predicted)),
        floats(...part.map((p) => p.actual)),
        floats(...part.map((p) => p.mask)),
      );
    }
    const whole = errorsOf(
      pixels.map((p) => p.predicted),
      pixels.map((p) => p.actual),
      pixels.map((p) => p.mask),
    );
    const parts = sums.errors();
    expect(parts.rmse).toBeCloseTo(whole.rmse, 9);
    expect(parts.log10).toBeCloseTo(whole.log10, 9);
    expect([parts.within, parts.numPixels]).toEqual([whole.within, whole.numPixels]);
    expect(whole.within[0] <= whole.within[1] && whole.within[1] <= whole.within[2]).toBe(true);
  });
  fc.assert(property);
});

test.each([
  [() => errorsOf([1], [1], [0]), 'No pixel of the set has a known depth, expected at least one; look at the masks.'],
  [() => errorsOf([1], [0]), 'A known depth is 0, expected metres above 0; mask pixels that are missing.'],
  [() => errorsOf([NaN], [1]), 'A predicted depth is NaN; the network has diverged.'],
  [() => errorsOf([Infinity], [1]), 'A predicted depth is Infinity; the network has diverged.'],
  [() => errorsOf([1], [1, 2]), 'Got 1 predicted and 2 known depths for a mask of 2 pixels, expected one each.'],
  [
    () => new DepthSums({ maxDepth: 0.05 }),
    'Depths are to be held between 0.1 and 0.05 m, expected minDepth above 0 and below maxDepth.',
  ],
])('refused: %s', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});
