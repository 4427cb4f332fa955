import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeDepth, decodeNormal, encodeDepth, encodeNormal, maxEncodedDepth } from './encoding.js';

test('depths by hand', () => {
  expect([0, 1, 512, 1024, 65_534, 65_535].map(decodeDepth)).toEqual([0, 1 / 512, 1, 2, 65_534 / 512, 0]);
  expect([0, 1 / 512, 1, 2.0009, maxEncodedDepth].map(encodeDepth)).toEqual([65_535, 1, 512, 1024, 65_534]);
});

test.each([-1, 0.0001, 128, Number.NaN])('a depth of %d m has no code', (depth) => {
  expect(() => encodeDepth(depth)).toThrow(
    new RangeError(`A depth of ${depth} m cannot be written, expected 1/1024 m to 127.99609375 m, or 0.`),
  );
});

test('every depth code but those of nothing comes back', () => {
  for (let steps = 1; steps < 65_535; steps++) if (encodeDepth(decodeDepth(steps)) !== steps) expect.fail(`${steps}`);
});

test.each([
  { bytes: [128, 128, 128], normal: [0, 0, 0] },
  { bytes: [127, 128, 127], normal: [0, 0, 0] }, // of length 0.007: grey, not a direction
  { bytes: [255, 127, 128], normal: [1, 0, 0] },
  { bytes: [128, 128, 0], normal: [0, 0, -1] },
  { bytes: [127, 0, 128], normal: [0, -1, 0] },
])('$bytes is $normal', ({ bytes, normal }) => {
  const out = new Float64Array(4);
  const isGiven = decodeNormal(Uint8Array.from([9, ...bytes]), 1, out, 1);
  expect(isGiven).toBe(normal.some((value) => value !== 0));
  for (const [axis, value] of normal.entries()) expect(Math.abs(out[axis + 1]! - value)).toBeLessThan(0.005);
  if (isGiven) expect(Math.hypot(...out)).toBeCloseTo(1, 12);
});

test('a unit vector comes back within half a degree', () => {
  const anyUnit = fc
    .tuple(...([0, 1, 2] as const).map(() => fc.double({ min: -1, max: 1, noNaN: true })))
    .filter((vector) => Math.hypot(...vector) > 0.1)
    .map((vector) => Float32Array.from(vector, (value) => value / Math.hypot(...vector)));
  fc.assert(
    fc.property(anyUnit, (vector) => {
      const bytes = new Uint8Array(3);
      encodeNormal(vector, 0, bytes);
      const back = new Float32Array(3);
      expect(decodeNormal(bytes, 0, back, 0)).toBe(true);
      const cosine = back.reduce((sum, value, axis) => sum + value * vector[axis]!, 0);
      expect((Math.acos(Math.min(1, cosine)) * 180) / Math.PI).toBeLessThan(0.5);
    }),
  );
});
