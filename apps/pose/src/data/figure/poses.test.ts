// What tells the poses apart, and that left and right take turns.
import { createRng } from 'rpg-core';
import { expect, test } from 'vitest';
import { drawPose, type Pose, poseNames } from './poses.js';

const poses = Array.from({ length: 600 }, (_, i) => drawPose(createRng(i)));
const named = (name: Pose['name']): readonly Pose[] => poses.filter((pose) => pose.name === name);

test('the same seed draws the same pose, and every pose is drawn', () => {
  expect(drawPose(createRng(7))).toEqual(poses[7]);
  expect([...new Set(poses.map(({ name }) => name))].sort()).toEqual([...poseNames].sort());
});

test('sitting and crouching bend both knees by more than half a right angle, standing neither', () => {
  for (const { legs } of [...named('sitting'), ...named('crouching')]) {
    for (const { raise, knee } of [legs.left, legs.right]) expect(Math.min(raise, knee)).toBeGreaterThan(45);
  }
  for (const { legs } of named('standing')) {
    for (const { raise, knee } of [legs.left, legs.right]) expect(Math.max(raise, knee)).toBeLessThan(11);
  }
});

test('walking and running: the arm and the leg of one side swing against one another', () => {
  for (const { arms, legs } of [...named('walking'), ...named('running')]) {
    for (const side of ['left', 'right'] as const) expect(arms[side].raise * legs[side].raise).toBeLessThan(0);
  }
});

test.each([
  { name: 'waving', isTheOne: (pose: Pose, side: 'left' | 'right') => pose.arms[side].towards === 'up' },
  { name: 'kicking', isTheOne: (pose: Pose, side: 'left' | 'right') => pose.legs[side].raise > 20 },
] as const)('$name takes one side, about as often the left as the right', ({ name, isTheOne }) => {
  const drawn = named(name);
  const numLeft = drawn.filter((pose) => isTheOne(pose, 'left')).length;
  const numRight = drawn.filter((pose) => isTheOne(pose, 'right')).length;
  expect(numLeft + numRight).toBe(drawn.length);
  expect(Math.min(numLeft, numRight)).toBeGreaterThan(drawn.length / 4);
});
