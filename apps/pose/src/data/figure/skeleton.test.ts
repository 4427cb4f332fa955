// Joints of a body of round measures, worked by hand, and lengths that no pose changes.
import { createRng } from 'rpg-core';
import { expect, test } from 'vitest';
import { jointIds, type JointName } from '../joints.js';
import { drawPose, type Pose } from './poses.js';
import { type Build, drawBuild, poseSkeleton, type Skeleton } from './skeleton.js';
import { add, dot, type Vector } from './vectors.js';

const build: Build = {
  trunk: 0.3,
  neck: 0.05,
  head: 0.15,
  shoulderHalfWidth: 0.1,
  hipHalfWidth: 0.06,
  upperArm: 0.17,
  forearm: 0.14,
  thigh: 0.24,
  shin: 0.23,
  foot: 0.08,
  stoutness: 1,
};
const arm = { raise: 0, spread: 0, elbow: 0, towards: 'forward' } as const;
const leg = { raise: 0, spread: 0, knee: 0 };
/** Upright, looking ahead, arms and legs hanging. */
const straight: Pose = {
  name: 'standing',
  lean: 0,
  tilt: 0,
  twist: 0,
  headTurn: 0,
  headNod: 0,
  arms: { left: arm, right: arm },
  legs: { left: leg, right: leg },
};

const rounded = (vector: Vector) => vector.map((value) => Number(value.toFixed(6)) + 0);
const jointOf = ({ joints }: Skeleton, name: JointName) => joints[jointIds[name]]!;
const distance = (a: Vector, b: Vector) => {
  const apart = add(a, [-b[0], -b[1], -b[2]]);
  return Math.sqrt(dot(apart, apart));
};

test('a body that stands straight: all joints but the feet in one plane, x to its left', () => {
  const skeleton = poseSkeleton(build, straight);
  const places: readonly (readonly [JointName, readonly number[]])[] = [
    ['pelvis', [0, 0, 0]],
    ['thorax', [0, 0.3, 0]],
    ['upper neck', [0, 0.35, 0]],
    ['head top', [0, 0.5, 0]],
    ['left shoulder', [0.1, 0.3, 0]],
    ['left elbow', [0.1, 0.13, 0]],
    ['left wrist', [0.1, -0.01, 0]],
    ['right shoulder', [-0.1, 0.3, 0]],
    ['right wrist', [-0.1, -0.01, 0]],
    ['left hip', [0.06, 0, 0]],
    ['left knee', [0.06, -0.24, 0]],
    ['left ankle', [0.06, -0.47, 0]],
    ['right ankle', [-0.06, -0.47, 0]],
  ];
  for (const [name, place] of places) expect([name, rounded(jointOf(skeleton, name))]).toEqual([name, place]);
  expect(rounded(skeleton.chestForward)).toEqual([0, 0, 1]);
  expect(rounded(skeleton.faceForward)).toEqual([0, 0, 1]);
  expect(rounded(skeleton.leftHand)).toEqual([0.1, -0.055, 0]);
  expect(skeleton.leftToe[2]).toBeGreaterThan(0.07); // toes point ahead
});

test('quarter turns of a shoulder, an elbow, a knee and the head', () => {
  const posed = poseSkeleton(build, {
    ...straight,
    headTurn: 90,
    arms: { left: { ...arm, raise: 90 }, right: { ...arm, elbow: 90 } },
    legs: { left: { ...leg, raise: 90 }, right: leg },
  });
  expect(rounded(jointOf(posed, 'left elbow'))).toEqual([0.1, 0.3, 0.17]);
  expect(rounded(jointOf(posed, 'right elbow'))).toEqual([-0.1, 0.13, 0]);
  expect(rounded(jointOf(posed, 'right wrist'))).toEqual([-0.1, 0.13, 0.14]);
  expect(rounded(jointOf(posed, 'left knee'))).toEqual([0.06, 0, 0.24]);
  expect(rounded(posed.faceForward)).toEqual([1, 0, 0]); // to its left
});

test('quarter turns of the trunk: leant ahead, tilted and twisted to its left; and a nod', () => {
  const leant = poseSkeleton(build, { ...straight, lean: 90 });
  expect(rounded(jointOf(leant, 'thorax'))).toEqual([0, 0, 0.3]);
  expect(rounded(jointOf(leant, 'left shoulder'))).toEqual([0.1, 0, 0.3]);
  expect(rounded(jointOf(poseSkeleton(build, { ...straight, tilt: 90 }), 'thorax'))).toEqual([0.3, 0, 0]);
  const twisted = poseSkeleton(build, { ...straight, twist: 90 });
  expect(rounded(jointOf(twisted, 'left shoulder'))).toEqual([0, 0.3, -0.1]);
  expect(rounded(twisted.chestForward)).toEqual([1, 0, 0]);
  const nodding = poseSkeleton(build, { ...straight, headNod: 90 });
  expect(rounded(nodding.headUp)).toEqual([0, 0, 1]);
  const half = 0.05 * Math.SQRT1_2; // the neck bends half as far
  expect(rounded(jointOf(nodding, 'upper neck'))).toEqual(rounded([0, 0.3 + half, half]));
  expect(rounded(jointOf(nodding, 'head top'))).toEqual(rounded([0, 0.3 + half, half + 0.15]));
});

test('in every pose of every body the bones keep their lengths and the directions length 1', () => {
  const rng = createRng(1);
  for (let i = 0; i < 100; i++) {
    const drawn = drawBuild(rng);
    const skeleton = poseSkeleton(drawn, drawPose(rng));
    for (const side of ['left', 'right'] as const) {
      const bones: readonly (readonly [JointName, JointName, number])[] = [
        [`${side} shoulder`, `${side} elbow`, drawn.upperArm],
        [`${side} elbow`, `${side} wrist`, drawn.forearm],
        [`${side} hip`, `${side} knee`, drawn.thigh],
        [`${side} knee`, `${side} ankle`, drawn.shin],
        ['thorax', `${side} shoulder`, drawn.shoulderHalfWidth],
        ['pelvis', 'thorax', drawn.trunk],
        ['upper neck', 'head top', drawn.head],
      ];
      for (const [from, to, length] of bones) {
        expect(distance(jointOf(skeleton, from), jointOf(skeleton, to))).toBeCloseTo(length, 6);
      }
    }
    const { chestForward, chestLeft, faceForward, headUp } = skeleton;
    for (const axis of [chestForward, chestLeft, faceForward, headUp]) expect(dot(axis, axis)).toBeCloseTo(1, 6);
    expect(dot(chestForward, chestLeft)).toBeCloseTo(0, 6);
    expect(dot(faceForward, headUp)).toBeCloseTo(0, 6);
  }
});
