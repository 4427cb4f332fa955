import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headSizeOf, jointAt, jointStates, noJoints } from './person-record.js';

test('the size of a head is 0.6 of the diagonal of its box', () => {
  expect(headSizeOf({ x1: 10, y1: 20, x2: 13, y2: 24 })).toBeCloseTo(3, 12); // 0.6 · √(3² + 4²)
  expect(headSizeOf({ x1: 10, y1: 20, x2: 15, y2: 20 })).toBeCloseTo(3, 12); // without height: the width alone
});

test.each([
  { what: 'without extent', box: { x1: 7, y1: 8, x2: 7, y2: 8 } },
  { what: 'of which a corner is no number', box: { x1: 0, y1: 0, x2: Number.NaN, y2: 5 } },
  { what: 'without end', box: { x1: 0, y1: 0, x2: Infinity, y2: 5 } },
])('a box $what gives no size', ({ box }) => {
  expect(headSizeOf(box)).toBeNull();
});

test('a box gives the same size from whichever corner it is drawn', () => {
  const place = fc.integer({ min: -2000, max: 2000 });
  fc.assert(
    fc.property(place, place, place, place, (x1, y1, x2, y2) => {
      const size = headSizeOf({ x1, y1, x2, y2 });
      expect(headSizeOf({ x1: x2, y1: y2, x2: x1, y2: y1 })).toBe(size);
      expect(headSizeOf({ x1, y1: y2, x2, y2: y1 })).toBe(size);
      expect(size === null).toBe(x1 === x2 && y1 === y2);
    }),
    { seed: 1 },
  );
});

test('sixteen joints, all missing, to be filled', () => {
  const { joints, states } = noJoints();
  expect(joints).toEqual(new Float64Array(32));
  expect(states).toEqual(new Uint8Array(16).fill(jointStates.missing));
  joints.set([3, 5], 4);
  expect(jointAt({ joints }, 2)).toEqual({ x: 3, y: 5 });
  expect(jointAt({ joints }, 1)).toEqual({ x: 0, y: 0 });
  expect(noJoints().joints[4]).toBe(0); // each call gives joints of its own
});
