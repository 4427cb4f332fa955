import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type NormalErrors, NormalSums } from './normal-metrics.js';

type Vector = readonly [number, number, number];

/** A unit vector `degrees` away from (0, 0, 1). */
const tilted = (degrees: number): Vector => {
  const angle = (degrees * Math.PI) / 180;
  return [Math.sin(angle), 0, Math.cos(angle)];
};
const up: Vector = [0, 0, 1];

function errorsOf(predicted: readonly Vector[], actual: readonly Vector[], mask = actual.map(() => 1)): NormalErrors {
  const sums = new NormalSums();
  sums.add(Float32Array.from(predicted.flat()), Float32Array.from(actual.flat()), Float32Array.from(mask));
  return sums.errors();
}

test('by hand: angles of 0, 10, 20, 25 and 90 degrees', () => {
  const angles = [0, 10, 20, 25, 90];
  const errors = errorsOf(
    angles.map(tilted),
    angles.map(() => up),
  );
  expect(errors.meanAngle).toBeCloseTo(29, 5);
  expect(errors.medianAngle).toBeCloseTo(20, 1);
  expect(errors.within).toEqual([2 / 5, 3 / 5, 4 / 5]);
  // A chord of angle α has the square 2 − 2 cos α, over three components.
  const squares = angles.map((angle) => 2 - 2 * Math.cos((angle * Math.PI) / 180));
  expect(errors.rmse).toBeCloseTo(Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / 15), 6);
});

test('opposite normals: 180 degrees, and the largest error there is', () => {
  const errors = errorsOf([[0, 0, -1]], [up]);
  expect(errors).toMatchObject({ meanAngle: 180, within: [0, 0, 0], numPixels: 1 });
  expect(errors.medianAngle).toBeCloseTo(180, 1);
  expect(errors.rmse).toBeCloseTo(2 / Math.sqrt(3), 12);
});

test('equal normals whose square is not quite 1 are 0 degrees apart, small angles are not lost', () => {
  const slanted: Vector = [0.57735026, 0.57735026, 0.57735026];
  expect(errorsOf([slanted], [slanted]).meanAngle).toBeLessThan(1e-5);
  expect(errorsOf([tilted(0.01)], [up]).meanAngle).toBeCloseTo(0.01, 6); // its cosine is 1 in float32
});

test('the median of an even number is the mean of the middle two', () => {
  expect(errorsOf([tilted(10), tilted(20), tilted(30), tilted(80)], [up, up, up, up]).medianAngle).toBeCloseTo(25, 1);
});

test('unknown pixels change nothing; a vector without direction is 90 degrees off', () => {
  const missing: Vector = [NaN, 0, 0];
  expect(errorsOf([tilted(10), up], [up, missing], [1, 0])).toEqual(errorsOf([tilted(10)], [up]));
  expect(errorsOf([[0, 0, 0]], [up])).toMatchObject({ meanAngle: 90 });
});

test('the median is the sorted angles’ middle to 0.005 degrees, in any batches', () => {
  const property = fc.property(
    fc.array(fc.double({ min: 0, max: 179.9, noNaN: true }), { minLength: 1, maxLength: 40 }),
    fc.nat(39),
    (angles, cut) => {
      const sums = new NormalSums();
      for (const part of [angles.slice(cut), angles.slice(0, cut)]) {
        const vectors = Float32Array.from(part.flatMap((angle) => [...tilted(angle)]));
        const truth = Float32Array.from(part.flatMap(() => [...up]));
        sums.add(vectors, truth, new Float32Array(part.length).fill(1));
      }
      const sorted = angles.toSorted((a, b) => a - b);
      const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1]!, sorted[Math.floor(sorted.length / 2)]!];
      // Float32 components move an angle by some 1e-5 degrees, which may lead into the next step.
      expect(Math.abs(sums.errors().medianAngle - (low + high) / 2)).toBeLessThan(0.0051);
    },
  );
  fc.assert(property);
});

test.each([
  [
    () => errorsOf([up], [up], [0]),
    'No pixel of the set has a known normal, expected at least one; look at the masks.',
  ],
  [
    () => errorsOf([up], [up, up]),
    'Got 3 predicted and 6 known components for a mask of 2 pixels, expected three a pixel.',
  ],
  [
    () => errorsOf([[NaN, 0, 0]], [up]),
    'A known normal is (0, 0, 1) and predicted as (NaN, 0, 0), expected finite components; the network has diverged ' +
      'or a missing pixel is not masked.',
  ],
])('refused: %s', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});
