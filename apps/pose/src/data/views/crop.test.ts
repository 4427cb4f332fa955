import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyAffine, boxRules, cropBoxOf, cropToImage, type CropView, imageToCrop, plainView } from './crop.js';

const box = { center: { x: 100, y: 50 }, sizePx: 128 };

test.each([
  { name: 'plain', center: { x: 300, y: 200 }, sizePx: 400 },
  { name: 'enlarged', center: { x: 300, y: 200 }, sizePx: 500 },
  { name: 'mpii', center: { x: 300, y: 230 }, sizePx: 500 }, // 15 · 2 further down
] as const)('the box of center (300, 200) and scale 2: $name', ({ name, ...expected }) => {
  expect(cropBoxOf({ center: { x: 300, y: 200 }, scale: 2 }, boxRules[name])).toEqual(expected);
});

describe('worked by hand: a box of 128 about (100, 50)', () => {
  test('to a crop of 64: its corner pixel is the middle of two image pixels', () => {
    const toImage = cropToImage(box, 64);
    // The box spans 36 … 164 counted from pixel middles; its first crop pixel, two pixels wide, has its middle at 37.
    expect(applyAffine(toImage, { x: 0, y: 0 })).toEqual({ x: 37, y: -13 });
    expect(applyAffine(toImage, { x: 63, y: 63 })).toEqual({ x: 163, y: 113 });
    expect(applyAffine(toImage, { x: 31.5, y: 31.5 })).toEqual({ x: 100, y: 50 });
  });

  test('a heat map of 16 lies over its input of 64: each of its pixels over four by four', () => {
    for (const at of [0, 1, 15]) {
      const inMap = applyAffine(cropToImage(box, 16), { x: at, y: at });
      const inInput = applyAffine(cropToImage(box, 64), { x: 4 * at + 1.5, y: 4 * at + 1.5 });
      expect(inMap.x).toBeCloseTo(inInput.x, 10);
      expect(inMap.y).toBeCloseTo(inInput.y, 10);
    }
  });

  test('zooming out shows more', () => {
    const toImage = cropToImage(box, 64, { ...plainView, zoomOut: 2 });
    expect(applyAffine(toImage, { x: 32.5, y: 31.5 })).toEqual({ x: 104, y: 50 });
  });

  test('a quarter turn anticlockwise: what was right of the middle is above it', () => {
    const toCrop = imageToCrop(box, 64, { ...plainView, rotationRadians: Math.PI / 2 });
    const seen = applyAffine(toCrop, { x: 120, y: 50 });
    expect(seen.x).toBeCloseTo(31.5, 10);
    expect(seen.y).toBeCloseTo(21.5, 10);
  });

  test('a mirror: left becomes right, up stays up', () => {
    const toCrop = imageToCrop(box, 64, { ...plainView, isFlipped: true });
    expect(applyAffine(toCrop, { x: 120, y: 30 })).toEqual({ x: 21.5, y: 21.5 });
  });
});

test('there and back again, for every view', () => {
  const place = {
    x: fc.double({ min: -500, max: 500, noNaN: true }),
    y: fc.double({ min: -500, max: 500, noNaN: true }),
  };
  const view = fc.record<CropView>({
    zoomOut: fc.double({ min: 0.5, max: 2, noNaN: true }),
    rotationRadians: fc.double({ min: -3, max: 3, noNaN: true }),
    isFlipped: fc.boolean(),
  });
  const anyBox = fc.record({ center: fc.record(place), sizePx: fc.double({ min: 20, max: 2000, noNaN: true }) });
  fc.assert(
    fc.property(anyBox, fc.constantFrom(16, 64, 256), view, fc.record(place), (box, resolution, view, point) => {
      const back = applyAffine(
        imageToCrop(box, resolution, view),
        applyAffine(cropToImage(box, resolution, view), point),
      );
      expect(Math.abs(back.x - point.x)).toBeLessThan(1e-6);
      expect(Math.abs(back.y - point.y)).toBeLessThan(1e-6);
    }),
    { seed: 1, numRuns: 200 },
  );
});
