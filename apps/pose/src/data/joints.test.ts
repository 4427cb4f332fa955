import { expect, test } from 'vitest';
import { bones, jointIds, jointNames, mirroredJoints, numJoints } from './joints.js';

test('MPII’s order, and the pairs that a mirror swaps', () => {
  expect(numJoints).toBe(16);
  expect(jointIds['right ankle']).toBe(0);
  expect(jointIds['left wrist']).toBe(15);
  expect(mirroredJoints).toEqual([5, 4, 3, 2, 1, 0, 6, 7, 8, 9, 15, 14, 13, 12, 11, 10]);
});

test('bones reach every joint once', () => {
  expect(bones).toHaveLength(15);
  expect(new Set(bones.flat()).size).toBe(jointNames.length);
});
