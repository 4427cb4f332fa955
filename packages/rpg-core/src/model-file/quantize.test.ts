import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dequantizeInt8, fromFloat16, quantizeInt8, toFloat16 } from './quantize.js';

const floats = (max: number) =>
  fc.float32Array({ min: -max, max, noNaN: true, noDefaultInfinity: true, minLength: 1, maxLength: 50 });

describe('int8', () => {
  test('worked by hand', () => {
    const { data, step } = quantizeInt8(Float32Array.of(-254, 127, 1, 0.99, -3));
    expect(step).toBe(2);
    expect([...data]).toEqual([-127, 64, 1, 0, -1]); // −1.5 rounds up, as Math.round does
    expect([...dequantizeInt8({ data, step })]).toEqual([-254, 128, 2, 0, -2]);
  });

  test('the error is within half a step', () => {
    fc.assert(
      fc.property(floats(Math.fround(1e30)), (values) => {
        const { data, step } = quantizeInt8(values);
        const largest = Math.max(...values.map(Math.abs));
        dequantizeInt8({ data, step }).forEach((value, i) => {
          expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual((largest / 254) * (1 + 2 ** -22) + 2 ** -140);
        });
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  test('zeros stay zeros', () => {
    expect(quantizeInt8(new Float32Array(3))).toEqual({ data: new Int8Array(3), step: 0 });
  });
});

describe('float16', () => {
  test.each([
    [1, 0x3c00],
    [-2, 0xc000],
    [65_504, 0x7bff],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000], // a tie goes to the even side
    [3 * 2 ** -25, 0x0002],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 - 2 ** -12, 0x4000], // carries into the exponent
    [-0, 0x8000],
  ])('%d is 0x%s', (value, bits) => {
    expect([...toFloat16(Float32Array.of(value))]).toEqual([bits]);
  });

  test('every finite half comes back from its float', () => {
    const all = Uint16Array.from({ length: 65_536 }, (_, i) => i).filter((half) => ((half >>> 10) & 31) !== 31);
    expect(toFloat16(fromFloat16(all))).toEqual(all);
  });

  test('infinities and NaN of other writers are read', () => {
    expect([...fromFloat16(Uint16Array.of(0x7c00, 0xfc00, 0x7e00))]).toEqual([Infinity, -Infinity, NaN]);
  });

  test('the error is within the bound', () => {
    fc.assert(
      fc.property(floats(65_504), (values) => {
        fromFloat16(toFloat16(values)).forEach((value, i) => {
          const magnitude = Math.abs(values[i]!);
          const bound = magnitude < 2 ** -14 ? 2 ** -25 : magnitude * 2 ** -11;
          expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(bound);
        });
      }),
      { seed: 2, numRuns: 1000 },
    );
  });
});

test.each([
  [() => quantizeInt8(Float32Array.of(NaN)), 'NaN'],
  [() => toFloat16(Float32Array.of(-Infinity)), '-Infinity'],
])('numbers that are not finite are refused', (run, name) => {
  expect(run).toThrow(
    new RangeError(`The weights hold ${name}, which no smaller format can keep; the training went wrong before.`),
  );
});

test('numbers too large for half precision are refused', () => {
  expect(() => toFloat16(Float32Array.of(70_000))).toThrow(
    new RangeError('A number of 70000 does not fit float16, whose largest is 65504; use float32 or int8.'),
  );
});
