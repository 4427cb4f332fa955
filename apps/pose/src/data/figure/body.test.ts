// Order of a body's layers: which joints are seen of a figure that holds its hands before its chest.
import { createRng } from 'rpg-core';
import { expect, test } from 'vitest';
import { jointIds, type JointName, numJoints } from '../joints.js';
import { bodyLayers, type Staging } from './body.js';
import { toCameraFrame } from './camera.js';
import { topmostAt } from './layer.js';
import type { Pose } from './poses.js';
import { drawBuild, poseSkeleton } from './skeleton.js';
import { drawWardrobe } from './wardrobe.js';

const rng = createRng(1);
const build = drawBuild(rng);
const wardrobe = drawWardrobe([0, 0, 0], rng);
const leg = { raise: 0, spread: 8, knee: 0 };

/** Names of the joints that are seen of a standing figure with both arms alike. */
function seen(arm: Pose['arms']['left'], yaw: number): readonly string[] {
  const skeleton = poseSkeleton(build, {
    name: 'standing',
    lean: 0,
    tilt: 0,
    twist: 0,
    headTurn: 0,
    headNod: 0,
    arms: { left: arm, right: arm },
    legs: { left: leg, right: leg },
  });
  const turn = toCameraFrame({ yaw, pitch: 0, roll: 0 });
  const staging: Staging = {
    turn,
    heightPx: 200,
    project(point) {
      const [x, y, depth] = turn(point);
      return { x: 100 + 200 * x, y: 100 - 200 * y, depth };
    },
  };
  const layers = bodyLayers(skeleton, build, wardrobe, staging);
  expect(layers.map(({ depth }) => depth)).toEqual(layers.map(({ depth }) => depth).toSorted((a, b) => a - b));
  return (Object.keys(jointIds) as JointName[]).filter((name) => {
    const { x, y } = staging.project(skeleton.joints[jointIds[name]]!);
    const inside = name === 'head top' ? y + 2 : y; // it lies on the head's very edge
    return topmostAt(layers, x, inside)?.joints.includes(jointIds[name]);
  });
}

test('with arms held out all joints are seen from the front and from behind', () => {
  const wide = { raise: 0, spread: 80, elbow: 0, towards: 'forward' } as const;
  expect(seen(wide, 0)).toHaveLength(numJoints);
  expect(seen(wide, 180)).toEqual(expect.arrayContaining(['left wrist', 'right wrist', 'left elbow', 'right elbow']));
});

test('hands before the chest are seen from the front, hidden from behind', () => {
  const before = { raise: 40, spread: 0, elbow: 95, towards: 'inward' } as const;
  expect(seen(before, 0)).toEqual(expect.arrayContaining(['left wrist', 'right wrist']));
  const behind = seen(before, 180);
  expect(behind).not.toContain('left wrist');
  expect(behind).not.toContain('right wrist');
  expect(behind).toContain('pelvis');
});
