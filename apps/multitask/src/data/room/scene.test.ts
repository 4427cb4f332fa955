// What every drawn room keeps to: a camera with square axes at a hand's height, room around it, a lamp below the ceiling.
import { createRng } from 'rpg-core/rng';
import { expect, test } from 'vitest';
import { castFrame } from './cast.js';
import { drawScene, type Vector } from './scene.js';
import type { Shape } from './shapes.js';

const scenes = Array.from({ length: 60 }, (_, i) => drawScene(createRng(i)));
const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** How far it is to the nearest shape, in lengths of the direction. */
function reach(shapes: readonly Shape[], [ox, oy, oz]: Vector, [dx, dy, dz]: Vector): number {
  const hit = { t: Infinity, nx: 0, ny: 0, nz: 0, u: 0, v: 0, texture: undefined };
  for (const shape of shapes) shape({ ox, oy, oz, dx, dy, dz }, hit);
  return hit.t;
}

test('the same seed draws the same room, another seed another', () => {
  const [first, again, other] = [3, 3, 4].map((seed) => castFrame(drawScene(createRng(seed)), 8, createRng(0)));
  expect(again).toEqual(first);
  expect(other!.depths).not.toEqual(first!.depths);
});

test('the camera’s axes have length 1 and are square, y is up, and it looks ahead', () => {
  for (const { camera } of scenes) {
    const { right, down, forward } = camera;
    for (const axis of [right, down, forward]) expect(dot(axis, axis)).toBeCloseTo(1, 2);
    for (const [a, b] of [
      [right, down],
      [down, forward],
      [forward, right],
    ] as const)
      expect(dot(a, b)).toBeCloseTo(0, 9);
    expect(Math.abs(right[1])).toBeLessThan(0.051); // hardly tilted
    expect(down[1]).toBeLessThan(-0.9);
    expect(forward[2]).toBeGreaterThan(0);
  }
});

test('the camera is held 1.4 to 1.6 m above the floor, with 0.4 m free all around', () => {
  for (const { shapes, camera } of scenes) {
    const height = reach(shapes.slice(0, 1), camera.position, [0, -1, 0]);
    expect(height).toBeGreaterThanOrEqual(1.4);
    expect(height).toBeLessThanOrEqual(1.6);
    for (let turn = 0; turn < 2 * Math.PI; turn += 0.2) {
      for (const rise of [-3, -1, 0, 1]) {
        const direction: Vector = [Math.cos(turn), rise, Math.sin(turn)];
        expect(reach(shapes.slice(1), camera.position, direction)).toBeGreaterThan(0.4);
      }
    }
  }
});

test('the room is closed: walls come first, and the lamp hangs 15 cm below the ceiling', () => {
  for (const { shapes, lamp } of scenes) {
    expect(reach(shapes.slice(0, 1), lamp, [0, 1, 0])).toBeCloseTo(0.15, 9);
    for (const [dx, dz] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      expect(reach(shapes.slice(0, 1), lamp, [dx, 0, dz])).toBeLessThan(0.76 * 10);
    }
  }
});

test('some rooms are full and some nearly empty', () => {
  const counts = scenes.map(({ shapes }) => shapes.length - 1);
  expect(Math.min(...counts)).toBe(1); // 2 to 5 pieces are drawn; those in the camera's way are left out
  expect(Math.max(...counts)).toBeGreaterThan(9); // a piece has 3 shapes at most: these are 4 pieces or 5
});
