// Slots of two arrays, worked by hand.
import { expect, test } from 'vitest';
import { type BatchDtype, type BatchLayout, elementsIn, slotBytes, slotViews } from './prefetch-protocol.js';

const layout: BatchLayout = {
  images: { dtype: 'float32', shape: [2, 3] },
  labels: { dtype: 'int32', shape: [2] },
};

test('a slot holds its arrays one after the other, four bytes an element', () => {
  expect([elementsIn([2, 3]), elementsIn([])]).toEqual([6, 1]);
  expect(slotBytes(layout)).toBe(4 * (6 + 2));
  const memory = new SharedArrayBuffer(3 * slotBytes(layout));
  const slots = slotViews(layout, memory, 3);
  expect(
    slots.map((slot) => Object.entries(slot).map(([name, array]) => [name, array.byteOffset, array.length])),
  ).toEqual(
    [0, 32, 64].map((start) => [
      ['images', start, 6],
      ['labels', start + 24, 2],
    ]),
  );
  for (const { images, labels } of slots) {
    expect([images!.buffer, labels!.buffer]).toEqual([memory, memory]);
    expect([images, labels]).toEqual([new Float32Array(6), new Int32Array(2)]);
  }
});

test.each([
  {
    array: { dtype: 'float64' as BatchDtype, shape: [2] },
    error: new TypeError('Batch array x is of dtype float64, expected float32 or int32.'),
  },
  ...[[2, 0], [-1], [1.5], [2 ** 53]].map((shape) => ({
    array: { dtype: 'int32' as const, shape },
    error: new RangeError(`Batch array x has shape [${shape.join(', ')}], expected whole numbers above 0.`),
  })),
])('refuses $array', ({ array, error }) => {
  expect(() => slotBytes({ x: array })).toThrow(error);
});
