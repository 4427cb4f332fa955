import { expect, test } from 'vitest';
import { jointStates, noJoints } from '../annotations/person-record.js';
import { jointIds } from '../joints.js';
import { type TargetSettings, writeTargets } from './targets.js';

const identity = { xx: 1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0 };
const MAP_SIZE = 12;

function targetsOf(
  places: Record<number, [x: number, y: number]>,
  change: Partial<TargetSettings> = {},
  isFlipped = false,
) {
  const person = noJoints();
  for (const [joint, place] of Object.entries(places)) {
    person.joints.set(place, 2 * Number(joint));
    person.states[Number(joint)] = jointStates.visible;
  }
  const targets = new Float32Array(MAP_SIZE * MAP_SIZE * 16);
  const weights = new Float32Array(16).fill(NaN);
  writeTargets(
    person,
    identity,
    isFlipped,
    { mapSize: MAP_SIZE, sigmaPx: 1, peak: 'pixel', ...change },
    targets,
    weights,
  );
  return { at: (joint: number, x: number, y: number) => targets[(y * MAP_SIZE + x) * 16 + joint]!, targets, weights };
}

test('a joint on a pixel: peak 1, e^-½ beside it, nothing beyond three sigmas', () => {
  const { at, targets, weights } = targetsOf({ 3: [5, 6] });
  expect(at(3, 5, 6)).toBe(1);
  expect(at(3, 4, 6)).toBeCloseTo(Math.exp(-0.5), 6);
  expect(at(3, 5, 7)).toBeCloseTo(Math.exp(-0.5), 6);
  expect(at(3, 6, 7)).toBeCloseTo(Math.exp(-1), 6);
  expect(at(3, 8, 9)).toBeCloseTo(Math.exp(-9), 6);
  expect(at(3, 9, 6)).toBe(0);
  expect(targets.filter((value) => value > 0)).toHaveLength(49);
  expect(Array.from(weights)).toEqual([0, 0, 0, 1, ...new Array<number>(12).fill(0)]);
});

test('a joint between pixels: on the nearest one, or exactly where it is', () => {
  expect(targetsOf({ 0: [5.4, 5.6] }).at(0, 5, 6)).toBe(1);
  const exact = targetsOf({ 0: [5.25, 6] }, { peak: 'exact' });
  expect(exact.at(0, 5, 6)).toBeCloseTo(Math.exp(-0.03125), 6);
  expect(exact.at(0, 6, 6)).toBeCloseTo(Math.exp(-0.28125), 6);
  expect(exact.at(0, 4, 6)).toBeCloseTo(Math.exp(-0.78125), 6);
});

test('sigma 2 reaches six pixels', () => {
  const { at } = targetsOf({ 0: [0, 0] }, { sigmaPx: 2 });
  expect(at(0, 2, 0)).toBeCloseTo(Math.exp(-0.5), 6);
  expect(at(0, 6, 0)).toBeCloseTo(Math.exp(-4.5), 6);
  expect(at(0, 7, 0)).toBe(0);
});

test('missing joints and joints off the map do not count', () => {
  const { weights, targets } = targetsOf({ 1: [-0.51, 3], 2: [3, 11.5], 4: [-0.49, 11.49] });
  expect(weights[1]).toBe(0);
  expect(weights[2]).toBe(0);
  expect(weights[4]).toBe(1);
  expect(targets[11 * MAP_SIZE * 16 + 4]).toBe(1);
});

test('in a mirrored view the left wrist is the right one', () => {
  const { at, weights } = targetsOf({ [jointIds['left wrist']]: [2, 3] }, {}, true);
  expect(at(jointIds['right wrist'], 2, 3)).toBe(1);
  expect(weights[jointIds['right wrist']]).toBe(1);
  expect(weights[jointIds['left wrist']]).toBe(0);
});
