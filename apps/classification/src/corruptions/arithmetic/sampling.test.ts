import { expect, test } from 'vitest';
import { fieldOf, SIDE } from '../pixels.js';
import { affineMap, clippedZoom, sampleAt, type Triangle } from './sampling.js';

/** Each pixel holds its column. */
function columns(): Float64Array {
  let k = 0;
  return fieldOf(() => k++ % SIDE);
}

test('between pixels the values are blended; outside the border rule holds', () => {
  const sampled = sampleAt(columns(), (x, y) => ({ x: x + 0.25, y: y - 0.5 }), 'nearest');
  expect(sampled[SIDE * 3]).toBe(0.25);
  expect(sampled[SIDE * 3 + 31]).toBe(31);
  const mirrored = sampleAt(columns(), (x, y) => ({ x: x - 2, y }), 'mirror');
  expect([...mirrored.subarray(0, 4)]).toEqual([2, 1, 0, 1]);
});

test('zoom by hand: twice as large, the middle 16 columns over 32 pixels, corner to corner', () => {
  const zoomed = clippedZoom(columns(), 2);
  expect(zoomed[0]).toBe(8);
  expect(zoomed[31]).toBe(23);
  expect(zoomed[1]).toBeCloseTo(8 + 15 / 31, 12);
  expect(clippedZoom(columns(), 1)).toEqual(columns());
});

test('an affine map takes corners to corners and keeps shares', () => {
  const from: Triangle = [
    { x: 0, y: 0 },
    { x: 4, y: 0 },
    { x: 0, y: 2 },
  ];
  const to: Triangle = [
    { x: 1, y: 1 },
    { x: 1, y: 9 },
    { x: 5, y: 1 },
  ];
  const map = affineMap(from, to);
  from.forEach((corner, i) => {
    expect(map(corner)).toEqual(to[i]);
  });
  expect(map({ x: 2, y: 1 })).toEqual({ x: 3, y: 5 });
});
