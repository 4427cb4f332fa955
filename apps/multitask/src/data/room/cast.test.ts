// A room measured by hand: a camera on its axis, so that depths, normals and light can be worked out.
import { createRng } from 'rpg-core/rng';
import { expect, test } from 'vitest';
import { castFrame, viewSlope } from './cast.js';
import type { Scene } from './scene.js';
import { room, sphere } from './shapes.js';
import type { Texture } from './textures.js';

const grey: Texture = { first: [0.5, 0.5, 0.5], second: [0.5, 0.5, 0.5], mix: () => 0 };
const walls = room(4, 3, 5, { floor: grey, ceiling: grey, walls: [grey, grey, grey, grey] });
/** In the middle of the room's width and height, 4 m before its end. The lamp shines on the end wall from above. */
const scene: Scene = {
  shapes: [walls],
  camera: { position: [2, 1.5, 1], right: [1, 0, 0], down: [0, -1, 0], forward: [0, 0, 1] },
  lamp: [2, 2.5, 4],
  ambient: 0.2,
  lampStrength: 1.2 * Math.SQRT2,
};

test('a ray goes 0.6 m to the side in a metre at the edge of the view, and straight ahead in its middle', () => {
  expect([0, 4, 6, 8].map((place) => viewSlope(place, 8))).toEqual([-0.6, 0, 0.3, 0.6]);
});

test('depths along the camera’s axis, normals in the camera’s axes', () => {
  // Rows look up, straight ahead and down by 0.4 m in a metre: 1.5 m to ceiling or floor are reached after 3.75 m.
  const { depths, normals } = castFrame(scene, 3, createRng(1));
  const rounded = (values: Float32Array) => Array.from(values, (value) => Number(value.toFixed(5)) + 0);
  expect(rounded(depths)).toEqual([3.75, 3.75, 3.75, 4, 4, 4, 3.75, 3.75, 3.75]);
  const row = (normal: readonly number[]) => [...normal, ...normal, ...normal];
  expect(rounded(normals)).toEqual([...row([0, 1, 0]), ...row([0, 0, -1]), ...row([0, -1, 0])]);
});

test('the lamp’s light and its shadow', () => {
  // Light on the wall's middle: 0.2 + 1.2 √2 / (√2 (0.5 + 0.35 · 2)) = 1.2, in the shadow 0.2; a screen shows √(0.8 · light / 2).
  const middleOf = (shown: Scene) => castFrame(shown, 31, createRng(1)).pixels.subarray(3 * 480, 3 * 480 + 3);
  const shaded: Scene = { ...scene, shapes: [walls, sphere(2, 2, 4.5, 0.2, grey)] };
  for (const value of middleOf(scene)) expect(Math.abs(value - 255 * Math.sqrt(0.48))).toBeLessThan(5);
  for (const value of middleOf(shaded)) expect(Math.abs(value - 255 * Math.sqrt(0.08))).toBeLessThan(5);
});

test('noise of up to 3 steps, and up to 1 of rounding', () => {
  const { pixels } = castFrame({ ...scene, lampStrength: 0 }, 31, createRng(1));
  const misses = Array.from(pixels, (value) => Math.abs(value - 255 * Math.sqrt(0.08)));
  expect(Math.max(...misses)).toBeLessThan(4);
  expect(Math.max(...misses)).toBeGreaterThan(1 + 0.5 * 3); // as far as half the noise could not go
});

test('noise is drawn from the given stream, and depths are without it', () => {
  const [first, again, other] = ['a', 'a', 'b'].map((seed) => castFrame(scene, 8, createRng(seed)));
  expect(again).toEqual(first);
  expect(other!.pixels).not.toEqual(first!.pixels);
  expect(other!.depths).toEqual(first!.depths);
});
