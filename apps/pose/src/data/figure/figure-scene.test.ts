// What a drawn scene tells of its figure, and the bytes that it paints.
import { createRng } from 'rpg-core';
import { expect, test } from 'vitest';
import { jointStates } from '../annotations/person-record.js';
import { jointIds } from '../joints.js';
import { drawFigureScene } from './figure-scene.js';

const SIZE_PX = 64;
const scenes = Array.from({ length: 60 }, (_, i) => drawFigureScene(SIZE_PX, createRng(i)));

test('the same stream draws the same figure and the same bytes, every one of them', () => {
  const [first, again] = [0, 255].map((before) => {
    const bytes = new Uint8Array(3 * SIZE_PX * SIZE_PX).fill(before);
    const scene = drawFigureScene(SIZE_PX, createRng('figure'));
    scene.paint(bytes);
    return { bytes, joints: scene.joints, states: scene.states };
  });
  expect(again).toEqual(first);
  expect(new Set(first!.bytes).size).toBeGreaterThan(50);
});

test('joints lie inside the image, those beyond it are missing at (0, 0); some are of each state', () => {
  const counts = [0, 0, 0];
  for (const { joints, states } of scenes) {
    for (const [id, state] of states.entries()) {
      const [x, y] = joints.subarray(2 * id, 2 * id + 2) as unknown as [number, number];
      if (state === jointStates.missing) expect([x, y]).toEqual([0, 0]);
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(Math.max(x, y)).toBeLessThanOrEqual(SIZE_PX - 1);
      counts[state]!++;
    }
  }
  expect(counts[jointStates.missing]).toBeGreaterThan(0);
  expect(counts[jointStates.hidden]).toBeGreaterThan(0);
  expect(counts[jointStates.visible]).toBeGreaterThan(counts[jointStates.hidden]!);
});

test('the centre is the middle of the joints, the head’s box reaches from neck to head top', () => {
  for (const { joints, states, center, headBox, heightPx } of scenes) {
    expect(heightPx / SIZE_PX).toBeGreaterThanOrEqual(0.68);
    expect(heightPx / SIZE_PX).toBeLessThanOrEqual(0.84);
    if (states.includes(jointStates.missing)) continue; // their places are forgotten
    const xs = joints.filter((_, i) => i % 2 === 0);
    expect(center.x).toBeCloseTo((Math.min(...xs) + Math.max(...xs)) / 2, 9);
    for (const name of ['upper neck', 'head top'] as const) {
      const [x, y] = [joints[2 * jointIds[name]]!, joints[2 * jointIds[name] + 1]!];
      expect(x >= headBox.x1 - 1e-9 && x <= headBox.x2 + 1e-9).toBe(true);
      expect(y >= headBox.y1 - 1e-9 && y <= headBox.y2 + 1e-9).toBe(true);
    }
  }
});
