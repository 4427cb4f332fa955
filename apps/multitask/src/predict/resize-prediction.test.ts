import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planeDepth } from '../../test/frame-fixtures.js';
import { resizePrediction } from './resize-prediction.js';

test('two pixels a side become four: by hand', () => {
  const prediction = {
    depths: Float32Array.of(1, 2, 1, 2),
    normals: Float32Array.of(0, 0, -1, 1, 0, 0, 0, 0, -1, 1, 0, 0),
  };
  const { depths, normals } = resizePrediction(prediction, 2, 4);
  // Middles lie at −¼, ¼, ¾ and 5/4 of the two pixels; 1 / depth runs from 1 to ½.
  for (const row of [0, 1, 2, 3]) {
    [1, 1 / 0.875, 1 / 0.625, 2].forEach((depth, column) => {
      expect(depths[4 * row + column]).toBeCloseTo(depth, 6);
    });
  }
  const length = Math.hypot(0.25, 0.75);
  [0.25 / length, 0, -0.75 / length].forEach((value, axis) => {
    expect(normals[3 + axis]).toBeCloseTo(value, 6);
  });
  expect(resizePrediction(prediction, 2, 2)).toEqual(prediction);
});

test('opposite normals that cancel out: the nearest pixel’s', () => {
  const normals = Float32Array.of(0, 0, -1, 0, 0, 1, 0, 0, -1, 0, 0, 1);
  const resized = resizePrediction({ depths: new Float32Array(4).fill(1), normals }, 2, 3);
  for (let pixel = 0; pixel < 9; pixel++) {
    expect(Math.hypot(...resized.normals.subarray(3 * pixel, 3 * pixel + 3))).toBeCloseTo(1, 6);
  }
});

test('a plane stays the plane that it is', () => {
  const plane = { normal: [0.36, 0.48, -0.8] as const, distance: -2 };
  const depthsOf = (size: number) =>
    Float32Array.from({ length: size * size }, (_, i) =>
      planeDepth(plane, (i % size) / size + 0.5 / size - 0.5, Math.floor(i / size) / size + 0.5 / size - 0.5),
    );
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 12 }), fc.integer({ min: 2, max: 30 }), (from, to) => {
      const normals = Float32Array.from({ length: 3 * from * from }, (_, i) => plane.normal[i % 3]!);
      const resized = resizePrediction({ depths: depthsOf(from), normals }, from, to);
      const expected = depthsOf(to);
      for (let at = 0; at < to * to; at++) {
        const isInside = [at % to, Math.floor(at / to)].every(
          (place) => (place + 0.5) / to > 0.5 / from && (place + 0.5) / to < 1 - 0.5 / from,
        );
        if (isInside) expect(resized.depths[at]).toBeCloseTo(expected[at]!, 4);
        plane.normal.forEach((value, axis) => {
          expect(resized.normals[3 * at + axis]).toBeCloseTo(value, 5);
        });
      }
    }),
    { numRuns: 30 },
  );
});
