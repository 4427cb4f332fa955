// A body in a pose: where its joints are in space. Lengths are shares of the standing height.
import type { Rng } from 'rpg-core';
import { jointIds } from '../joints.js';
import { between } from './colors.js';
import type { Arm, Leg, Pose } from './poses.js';
import { add, along, bend, cross, sinCos, unit, type Vector } from './vectors.js';

/** Proportions of one person. */
export interface Build {
  readonly trunk: number;
  readonly neck: number;
  readonly head: number;
  readonly shoulderHalfWidth: number;
  readonly hipHalfWidth: number;
  readonly upperArm: number;
  readonly forearm: number;
  readonly thigh: number;
  readonly shin: number;
  readonly foot: number;
  /** Factor on the thickness of all parts. */
  readonly stoutness: number;
}

export interface Skeleton {
  /** The sixteen joints by id. */
  readonly joints: readonly Vector[];
  readonly leftHand: Vector;
  readonly rightHand: Vector;
  readonly leftToe: Vector;
  readonly rightToe: Vector;
  /** Unit vectors: where chest and face look, the person's left, and from neck to head top. */
  readonly chestForward: Vector;
  readonly chestLeft: Vector;
  readonly faceForward: Vector;
  readonly headUp: Vector;
}

export function drawBuild(rng: Rng): Build {
  return {
    trunk: between(rng, 0.285, 0.315),
    neck: between(rng, 0.05, 0.062),
    head: between(rng, 0.135, 0.155),
    shoulderHalfWidth: between(rng, 0.098, 0.122),
    hipHalfWidth: between(rng, 0.055, 0.068),
    upperArm: between(rng, 0.155, 0.178),
    forearm: between(rng, 0.135, 0.155),
    thigh: between(rng, 0.225, 0.25),
    shin: between(rng, 0.22, 0.245),
    foot: between(rng, 0.075, 0.095),
    stoutness: between(rng, 0.88, 1.25),
  };
}

const up: Vector = [0, 1, 0];
const forward: Vector = [0, 0, 1];
const HAND_LENGTH = 0.045;

/** The pelvis is the origin. */
export function poseSkeleton(build: Build, pose: Pose): Skeleton {
  const lean = sinCos(pose.lean);
  const tilt = sinCos(pose.tilt);
  const trunkUp: Vector = [tilt.sin, tilt.cos * lean.cos, tilt.cos * lean.sin];
  const twist = sinCos(pose.twist);
  const chestLeft = unit(cross(trunkUp, cross([twist.cos, 0, -twist.sin], trunkUp))); // level, then square to the trunk
  const chestForward = cross(chestLeft, trunkUp);
  const headUp = unit(bend(unit(along(trunkUp, up, 1)), chestForward, pose.headNod));
  const turn = sinCos(pose.headTurn);
  const level = unit(cross(headUp, cross(chestForward, headUp)));
  const sideways = cross(headUp, level);
  const faceForward = unit(add(along([0, 0, 0], level, turn.cos), along([0, 0, 0], sideways, turn.sin)));

  const pelvis: Vector = [0, 0, 0];
  const thorax = along(pelvis, trunkUp, build.trunk);
  const upperNeck = along(thorax, unit(add(trunkUp, headUp)), build.neck);
  const joints: Vector[] = [];
  joints[jointIds.pelvis] = pelvis;
  joints[jointIds.thorax] = thorax;
  joints[jointIds['upper neck']] = upperNeck;
  joints[jointIds['head top']] = along(upperNeck, headUp, build.head);
  const placed = (['left', 'right'] as const).map((side) => {
    const sign = side === 'left' ? 1 : -1;
    const shoulder = along(thorax, chestLeft, sign * build.shoulderHalfWidth);
    const arm = placeArm(shoulder, pose.arms[side], sign, build);
    joints[jointIds[`${side} shoulder`]] = shoulder;
    joints[jointIds[`${side} elbow`]] = arm.elbow;
    joints[jointIds[`${side} wrist`]] = arm.wrist;
    const hip = along(pelvis, [1, 0, 0], sign * build.hipHalfWidth);
    const leg = placeLeg(hip, pose.legs[side], sign, build);
    joints[jointIds[`${side} hip`]] = hip;
    joints[jointIds[`${side} knee`]] = leg.knee;
    joints[jointIds[`${side} ankle`]] = leg.ankle;
    return { hand: arm.hand, toe: leg.toe };
  });
  const [left, right] = placed as [(typeof placed)[number], (typeof placed)[number]];
  return {
    joints,
    leftHand: left.hand,
    rightHand: right.hand,
    leftToe: left.toe,
    rightToe: right.toe,
    chestForward,
    chestLeft,
    faceForward,
    headUp,
  };
}

function placeArm(shoulder: Vector, arm: Arm, sign: number, build: Build) {
  const upper = limbDirection(arm.raise, arm.spread, sign);
  const inward: Vector = unit([-sign, 0.25, 0.35]);
  const side = arm.towards === 'forward' ? forward : arm.towards === 'up' ? unit([0, 1, 0.2]) : inward;
  const lower = bend(upper, side, arm.elbow);
  const elbow = along(shoulder, upper, build.upperArm);
  const wrist = along(elbow, lower, build.forearm);
  return { elbow, wrist, hand: along(wrist, lower, HAND_LENGTH) };
}

function placeLeg(hip: Vector, leg: Leg, sign: number, build: Build) {
  const upper = limbDirection(leg.raise, leg.spread, sign);
  const lower = bend(upper, unit([0, -0.3, -1]), leg.knee);
  const knee = along(hip, upper, build.thigh);
  const ankle = along(knee, lower, build.shin);
  // Feet stand out from the shin, a little outwards and down.
  const toeSide: Vector = unit([0.25 * sign, -0.25, 1]);
  const toe = along(ankle, unit(add(bend(lower, toeSide, 80), [0, -0.12, 0])), build.foot);
  return { knee, ankle, toe };
}

/** Hanging down at 0; raised forwards, then spread to the side of `sign`. */
function limbDirection(raise: number, spread: number, sign: number): Vector {
  const raised = sinCos(raise);
  const outward = sinCos(spread);
  // An arm straight ahead has nothing left to spread: keep a share, so that spread always tells.
  return unit([sign * outward.sin * Math.max(0.3, raised.cos), -outward.cos * raised.cos, raised.sin]);
}
