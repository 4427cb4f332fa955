// What the figures do: ranges of joint angles for each pose, in degrees.
import type { Rng } from 'rpg-core';
import { between } from './colors.js';

export const poseNames = [
  'standing',
  'hands on hips',
  'arms up',
  'arms wide',
  'waving',
  'reaching',
  'walking',
  'running',
  'kicking',
  'sitting',
  'crouching',
] as const;
export type PoseName = (typeof poseNames)[number];

export interface Pose {
  readonly name: PoseName;
  /** Of the trunk: forwards, to the person's left, and about its own axis to the left. */
  readonly lean: number;
  readonly tilt: number;
  readonly twist: number;
  /** Of the head: to the person's left, and downwards. */
  readonly headTurn: number;
  readonly headNod: number;
  readonly arms: Sides<Arm>;
  readonly legs: Sides<Leg>;
}

export interface Sides<Limb> {
  readonly left: Limb;
  readonly right: Limb;
}

export interface Arm {
  /** From hanging: forwards, then outwards. */
  readonly raise: number;
  readonly spread: number;
  readonly elbow: number;
  /** Where the forearm goes when the elbow bends. */
  readonly towards: 'forward' | 'up' | 'inward';
}

export interface Leg {
  readonly raise: number;
  readonly spread: number;
  readonly knee: number;
}

type Range = readonly [low: number, high: number];
interface ArmRanges {
  readonly raise: Range;
  readonly spread: Range;
  readonly elbow: Range;
  readonly towards: Arm['towards'];
}
interface LegRanges {
  readonly raise: Range;
  readonly spread: Range;
  readonly knee: Range;
}
interface PoseRanges {
  /** `first` and `second` are the right and left side or, in half of the draws, the other way round. */
  readonly firstArm: ArmRanges;
  readonly secondArm: ArmRanges;
  readonly firstLeg: LegRanges;
  readonly secondLeg: LegRanges;
  readonly lean: Range;
}

const hanging: ArmRanges = { raise: [-12, 18], spread: [5, 22], elbow: [4, 45], towards: 'forward' };
const raised: ArmRanges = { raise: [-10, 20], spread: [120, 168], elbow: [0, 60], towards: 'inward' };
const onHip: ArmRanges = { raise: [-25, -5], spread: [36, 52], elbow: [80, 105], towards: 'inward' };
const wide: ArmRanges = { raise: [-8, 12], spread: [68, 105], elbow: [0, 35], towards: 'forward' };
const waving: ArmRanges = { raise: [-5, 15], spread: [55, 110], elbow: [55, 125], towards: 'up' };
const ahead: ArmRanges = { raise: [55, 110], spread: [0, 25], elbow: [0, 50], towards: 'up' };
const straight: LegRanges = { raise: [-5, 8], spread: [2, 13], knee: [0, 10] };

const ranges: Readonly<Record<PoseName, PoseRanges>> = {
  standing: both(hanging, straight, [-3, 6]),
  'hands on hips': both(onHip, straight, [-3, 6]),
  'arms up': both(raised, straight, [-4, 4]),
  'arms wide': both(wide, straight, [-3, 6]),
  waving: { ...both(hanging, straight, [-3, 5]), firstArm: waving },
  reaching: { ...both(hanging, straight, [0, 14]), firstArm: ahead },
  walking: {
    firstArm: { raise: [-40, -15], spread: [4, 14], elbow: [10, 40], towards: 'forward' },
    secondArm: { raise: [15, 45], spread: [3, 12], elbow: [20, 60], towards: 'forward' },
    firstLeg: { raise: [18, 38], spread: [1, 6], knee: [2, 18] },
    secondLeg: { raise: [-28, -10], spread: [1, 6], knee: [10, 45] },
    lean: [2, 10],
  },
  running: {
    firstArm: { raise: [-65, -35], spread: [6, 18], elbow: [60, 100], towards: 'forward' },
    secondArm: { raise: [25, 60], spread: [4, 14], elbow: [60, 105], towards: 'forward' },
    firstLeg: { raise: [40, 75], spread: [1, 8], knee: [40, 90] },
    secondLeg: { raise: [-35, -12], spread: [1, 8], knee: [25, 85] },
    lean: [8, 22],
  },
  kicking: {
    ...both(wide, straight, [-14, 2]),
    firstLeg: { raise: [40, 85], spread: [2, 25], knee: [0, 35] },
  },
  sitting: {
    ...both(
      { raise: [12, 50], spread: [2, 18], elbow: [25, 85], towards: 'forward' },
      { raise: [72, 96], spread: [3, 20], knee: [65, 100] },
      [-6, 16],
    ),
  },
  crouching: {
    ...both(
      { raise: [30, 85], spread: [4, 25], elbow: [10, 80], towards: 'forward' },
      { raise: [60, 95], spread: [8, 30], knee: [90, 130] },
      [14, 38],
    ),
  },
};

export function drawPose(rng: Rng): Pose {
  const name = poseNames[rng.below(poseNames.length)]!;
  const { firstArm, secondArm, firstLeg, secondLeg, lean } = ranges[name];
  const arms = [drawArm(firstArm, rng), drawArm(secondArm, rng)] as const;
  const legs = [drawLeg(firstLeg, rng), drawLeg(secondLeg, rng)] as const;
  const left = rng.below(2) === 0 ? 0 : 1;
  const right = left === 0 ? 1 : 0;
  return {
    name,
    lean: within(lean, rng),
    tilt: between(rng, -9, 9),
    twist: between(rng, -14, 14),
    headTurn: between(rng, -30, 30),
    headNod: between(rng, -12, 18),
    arms: { left: arms[left], right: arms[right] },
    legs: { left: legs[left], right: legs[right] },
  };
}

function both(arm: ArmRanges, leg: LegRanges, lean: Range): PoseRanges {
  return { firstArm: arm, secondArm: arm, firstLeg: leg, secondLeg: leg, lean };
}

function drawArm({ raise, spread, elbow, towards }: ArmRanges, rng: Rng): Arm {
  return { raise: within(raise, rng), spread: within(spread, rng), elbow: within(elbow, rng), towards };
}

function drawLeg({ raise, spread, knee }: LegRanges, rng: Rng): Leg {
  return { raise: within(raise, rng), spread: within(spread, rng), knee: within(knee, rng) };
}

function within([low, high]: Range, rng: Rng): number {
  return between(rng, low, high);
}
