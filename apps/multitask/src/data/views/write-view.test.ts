// Views against what a camera with that view would see, worked out anew here: planes have closed forms.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Plane, planeDepth, planeFrame } from '../../../test/frame-fixtures.js';
import { exactSurfaces, type Frame } from '../frames/frame.js';
import { toFrame } from '../frames/read-frame.js';
import type { Normalization } from './normalization.js';
import { plainView, type View } from './view.js';
import { type ViewArrays, writeView } from './write-view.js';

const asBytes: Normalization = { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] };

function viewOf(frame: Frame, change: Partial<View>, inputSize: number): ViewArrays {
  const numPixels = inputSize * inputSize;
  const nothing = (channels: number) => new Float32Array(numPixels * channels).fill(Number.NaN); // all is written
  const out = {
    image: nothing(3),
    depths: nothing(1),
    depthMask: nothing(1),
    normals: nothing(3),
    normalsMask: nothing(1),
  };
  writeView(frame, { ...plainView, ...change }, inputSize, asBytes, out);
  for (const array of Object.values(out)) expect(array.includes(Number.NaN)).toBe(false);
  return out;
}

const slanted: Plane = { normal: [0.36, 0.48, -0.8], distance: -2.4 };

describe('a plane', () => {
  const [width, height, focal, inputSize] = [96, 64, 80, 16];
  const frame = planeFrame(slanted, width, height, focal);

  test('as it is: the largest square in the middle', () => {
    const { image, depths, depthMask, normals, normalsMask } = viewOf(frame, {}, 64);
    expect(depthMask.every((value) => value === 1)).toBe(true);
    expect(normalsMask.every((value) => value === 1)).toBe(true);
    // Column 5 of row 9 is column 21 of the frame.
    const at = 9 * 64 + 5;
    expect([...image.subarray(3 * at, 3 * at + 3)].map(Math.round)).toEqual([21, 9, 50]);
    expect(depths[at]).toBeCloseTo(planeDepth(slanted, (21 - 47.5) / focal, (9 - 31.5) / focal), 5);
    for (let axis = 0; axis < 3; axis++) expect(normals[3 * at + axis]).toBeCloseTo(slanted.normal[axis]!, 6);
  });

  test('mirrored: x of the normal changes its sign, depths change sides', () => {
    const plain = viewOf(frame, {}, 64);
    const { depths, normals } = viewOf(frame, { isFlipped: true }, 64);
    expect(depths[9 * 64 + 5]).toBe(plain.depths[9 * 64 + 58]);
    expect([...normals.subarray(0, 3)].map((value) => Number(value.toFixed(6)))).toEqual([-0.36, 0.48, -0.8]);
  });

  test('twice as large: half as far, and z of the normal doubled before it has length 1 again', () => {
    const { depths, normals } = viewOf(frame, { zoom: 2 }, 64);
    expect(depths[0]).toBeCloseTo(planeDepth(slanted, -15.75 / focal, -15.75 / focal) / 2, 5);
    const length = Math.hypot(0.36, 0.48, 1.6);
    expect([...normals.subarray(0, 3)].map((value) => Number(value.toFixed(6)))).toEqual(
      [0.36 / length, 0.48 / length, -1.6 / length].map((value) => Number(value.toFixed(6))),
    );
  });

  test('turned anticlockwise by a right angle: right becomes up', () => {
    const plain = viewOf(frame, {}, 64);
    const { depths, normals } = viewOf(frame, { rotationRadians: Math.PI / 2 }, 64);
    expect(depths[0]).toBeCloseTo(plain.depths[63]!, 5); // the corner at the upper right comes to the upper left
    // (x, y) = (1, 0), right, becomes (0, −1), up: (x, y) becomes (y, −x).
    expect([...normals.subarray(0, 3)].map((value) => Number(value.toFixed(6)))).toEqual([0.48, -0.36, -0.8]);
  });

  test('every view shows the plane that the moved camera would see', () => {
    const within = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    const anyView = fc.record({
      zoom: within(0.5, 4),
      rotationRadians: within(-Math.PI, Math.PI),
      isFlipped: fc.boolean(),
      shiftX: within(-1, 1),
      shiftY: within(-1, 1),
    });
    fc.assert(
      fc.property(anyView, (view) => {
        const { depths, depthMask, normals, normalsMask } = viewOf(frame, view, inputSize);
        const { zoom, isFlipped, rotationRadians } = view;
        // The picture is shifted, turned anticlockwise (y points down), then mirrored, and enlarged.
        const [cos, sin] = [Math.cos(rotationRadians), Math.sin(rotationRadians)];
        const mirror = isFlipped ? -1 : 1;
        const move = ([x, y]: readonly [number, number]) => [mirror * (cos * x + sin * y), cos * y - sin * x] as const;
        const [nx, ny] = move([slanted.normal[0], slanted.normal[1]]);
        const nz = zoom * slanted.normal[2];
        const length = Math.hypot(nx, ny, nz);
        const moved: Plane = { normal: [nx / length, ny / length, nz / length], distance: slanted.distance / length };
        const windowSize = height / zoom;
        const shift = (extent: number, by: number) => by * Math.max(0, (extent - windowSize) / 2);
        const pixelsPerPixel = windowSize / inputSize;
        const [axisX, axisY] = move([-shift(width, view.shiftX), -shift(height, view.shiftY)]);
        const viewFocal = focal / (height / inputSize); // the camera stays the same one
        let numKnown = 0;
        for (let at = 0; at < depths.length; at++) {
          if (depthMask[at] === 0) continue;
          numKnown++;
          const x = ((at % inputSize) - 7.5 - axisX / pixelsPerPixel) / viewFocal;
          const y = (Math.floor(at / inputSize) - 7.5 - axisY / pixelsPerPixel) / viewFocal;
          const expected = planeDepth(moved, x, y);
          // At the frame's edge the nearest pixel stands in for a place up to half a pixel away.
          expect(Math.abs(depths[at]! / expected - 1)).toBeLessThan(0.02);
          expect(normalsMask[at]).toBe(1);
          for (let axis = 0; axis < 3; axis++) expect(normals[3 * at + axis]).toBeCloseTo(moved.normal[axis]!, 5);
        }
        expect(numKnown).toBeGreaterThan(20);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test('between pixels: 1 / depth is linear on a plane', () => {
    const { depths } = viewOf(frame, { zoom: 4 }, inputSize * 8);
    const windowPixel = (place: number) => (place - 63.5) / 8 / focal;
    expect(depths[50 * 128 + 31]! * 4).toBeCloseTo(planeDepth(slanted, windowPixel(31), windowPixel(50)), 5);
  });

  test('beyond the frame: black and unknown', () => {
    const { image, depths, depthMask, normals, normalsMask } = viewOf(frame, { zoom: 0.5 }, 16);
    for (const array of [depths, depthMask, normals, normalsMask, image]) expect(array[0]).toBe(0);
    expect(depthMask.reduce((sum, value) => sum + value)).toBe(12 * 8); // 96 × 64 of 128 × 128
  });
});

/** A row of four pixels, twice, seen 8 times as large: x of view pixel i is i / 8 − 7/16. */
function enlarged(depths: readonly number[], normals = depths.map(() => [0, 0, -1])) {
  const four = [...depths, ...depths, ...depths, ...depths];
  const frame = toFrame(
    new Uint8Array(48),
    4,
    4,
    exactSurfaces(Float32Array.from(four), Float32Array.from([0, 1, 2, 3].flatMap(() => normals.flat())), 10),
    { inputSize: 32, zoom: { min: 1, max: 1 }, maxDepth: 10 },
  );
  return viewOf(frame, {}, 32);
}

test('a depth never lies between two surfaces', () => {
  const { depths } = enlarged([2, 2, 5, 5]);
  expect(new Set(depths)).toEqual(new Set([2, 5]));
  expect(depths.subarray(15, 17)).toEqual(Float32Array.from([2, 5]));
});

test('a missing depth, or one too far away, does not bleed into its neighbours', () => {
  for (const missing of [0, 11]) {
    const { depths, depthMask } = enlarged([2, missing, 2, 2]);
    expect(depths.subarray(0, 32)).toEqual(Float32Array.from({ length: 32 }, (_, i) => (i >= 8 && i < 16 ? 0 : 2)));
    expect(depthMask.subarray(6, 10)).toEqual(Float32Array.from([1, 1, 0, 0]));
  }
});

test('a missing normal leaves the depth as it is', () => {
  const { depthMask, normalsMask, normals } = enlarged(
    [2, 2, 2, 2],
    [
      [0, 0, -1],
      [0, 0, 0],
      [0.6, 0, -0.8],
      [0, 0, -1],
    ],
  );
  expect(depthMask.every((value) => value === 1)).toBe(true);
  expect([7, 8, 15, 16].map((column) => normalsMask[column])).toEqual([1, 0, 0, 1]);
  expect(normals.subarray(3 * 16, 3 * 16 + 3)).toEqual(Float32Array.from([0.6, 0, -0.8]));
});

test('gamma and normalisation', () => {
  const frame = toFrame(new Uint8Array(3).fill(51), 1, 1, exactSurfaces(new Float32Array(1), new Float32Array(3), 10), {
    inputSize: 1,
    zoom: { min: 1, max: 1 },
    maxDepth: 10,
  });
  const out = viewOf(frame, {}, 1);
  writeView(frame, { ...plainView, gamma: 2 }, 1, { mean: [0, 0.04, 0.5], std: [1, 1, 0.5] }, out);
  expect([...out.image].map((value) => Number(value.toFixed(6)))).toEqual([0.04, 0, -0.92]);
});
