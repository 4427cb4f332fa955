import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeDepth, decodeNormal, encodeDepth, encodeNormal, filesEncoding, maxEncodedDepth } from './encoding.js';
import { parseNormalAxes } from './normal-axes.js';

const metresOf = (steps: number) => decodeDepth(steps, filesEncoding);

test('depths by hand', () => {
  expect([0, 1, 512, 1024, 65_534, 65_535].map(metresOf)).toEqual([0, 1 / 512, 1, 2, 65_534 / 512, 0]);
  expect([0, 1 / 512, 1, 2.0009, maxEncodedDepth].map(encodeDepth)).toEqual([65_535, 1, 512, 1024, 65_534]);
});

test.each([-1, 0.0001, 128, Number.NaN])('a depth of %d m has no code', (depth) => {
  expect(() => encodeDepth(depth)).toThrow(
    new RangeError(`A depth of ${depth} m cannot be written, expected 1/1024 m to 127.99609375 m, or 0.`),
  );
});

test('every depth code but those of nothing comes back', () => {
  for (let steps = 1; steps < 65_535; steps++) if (encodeDepth(metresOf(steps)) !== steps) expect.fail(`${steps}`);
});

test.each([
  { bytes: [128, 128, 128], normal: [0, 0, 0] },
  { bytes: [127, 128, 127], normal: [0, 0, 0] }, // of length 0.007: grey, not a direction
  { bytes: [255, 127, 128], normal: [1, 0, 0] },
  { bytes: [128, 128, 0], normal: [0, 0, -1] },
  { bytes: [127, 0, 128], normal: [0, -1, 0] },
  { bytes: [0, 0, 0], normal: [0, 0, 0] }, // of length 1.73, as white and red: colours, no directions
  { bytes: [255, 255, 255], normal: [0, 0, 0] },
  { bytes: [255, 0, 0], normal: [0, 0, 0] },
  { bytes: [128, 128, 191], normal: [0, 0, 0] }, // 0.498 long
  { bytes: [127, 128, 192], normal: [0, 0, 1] }, // 0.506
  { bytes: [236, 236, 128], normal: [Math.SQRT1_2, Math.SQRT1_2, 0] }, // 1.2, as maps that were made smaller have
  { bytes: [245, 245, 128], normal: [0, 0, 0] }, // 1.303
])('$bytes is $normal', ({ bytes, normal }) => {
  const out = new Float64Array(4);
  const isGiven = decodeNormal(Uint8Array.from([9, ...bytes]), 1, filesEncoding, out, 1) === 'known';
  expect(isGiven).toBe(normal.some((value) => value !== 0));
  for (const [axis, value] of normal.entries()) expect(Math.abs(out[axis + 1]! - value)).toBeLessThan(0.01);
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
      expect(decodeNormal(bytes, 0, filesEncoding, back, 0)).toBe('known');
      const cosine = back.reduce((sum, value, axis) => sum + value * vector[axis]!, 0);
      expect((Math.acos(Math.min(1, cosine)) * 180) / Math.PI).toBeLessThan(0.5);
    }),
  );
});

test('depths in another unit', () => {
  const millimetres = { ...filesEncoding, metresPerStep: 0.001 };
  expect([0, 1500, 65_535].map((steps) => decodeDepth(steps, millimetres))).toEqual([0, 1.5, 0]);
});

test('what the sign for none is, and what is no direction', () => {
  const out = new Float64Array(3);
  const kindOf = (...bytes: number[]) => decodeNormal(Uint8Array.from(bytes), 0, filesEncoding, out, 0);
  expect([kindOf(128, 128, 128), kindOf(127, 127, 127), kindOf(0, 0, 0), kindOf(255, 255, 255)]).toEqual([
    'missing',
    'no direction',
    'no direction',
    'no direction',
  ]);
});

test.each([
  { name: 'right-down-forward', normal: [0.8, 0, -0.6] },
  { name: 'right-up-backward', normal: [0.8, 0, 0.6] },
  { name: 'forward-down-right', normal: [-0.6, 0, 0.8] }, // blue first, as some programs write it
  { name: 'left-down-forward', normal: [-0.8, 0, -0.6] },
])('axes $name', ({ name, normal }) => {
  const out = new Float64Array(3);
  const bytes = Uint8Array.of(230, 128, 51); // 0.804, 0.004, −0.6
  decodeNormal(bytes, 0, { ...filesEncoding, normalAxes: parseNormalAxes(name)! }, out, 0);
  for (const [axis, value] of normal.entries()) expect(out[axis]).toBeCloseTo(value, 2);
});
