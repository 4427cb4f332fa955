// Crossings worked out by hand, and normals against finite differences of depth over a whole scene.
import { describe, expect, test } from 'vitest';
import { box, cylinder, type Hit, type Ray, room, type Shape, sphere } from './shapes.js';
import { type Texture, TEXTURE_SIZE } from './textures.js';

const grey: Texture = { first: [0.5, 0.5, 0.5], second: [0.5, 0.5, 0.5], mix: () => 0 };
const named = (red: number): Texture => ({ ...grey, first: [red, 0, 0] });

function cast(shape: Shape, from: readonly [number, number, number], along: readonly [number, number, number]) {
  const ray: Ray = { ox: from[0], oy: from[1], oz: from[2], dx: along[0], dy: along[1], dz: along[2] };
  const hit: Hit = { t: Infinity, nx: 0, ny: 0, nz: 0, u: 0, v: 0, texture: undefined };
  if (!shape(ray, hit)) return undefined;
  expect(hit.nx * ray.dx + hit.ny * ray.dy + hit.nz * ray.dz).toBeLessThan(0); // it faces the ray
  expect(Math.min(hit.u, hit.v)).toBeGreaterThanOrEqual(0);
  expect(Math.max(hit.u, hit.v)).toBeLessThanOrEqual(TEXTURE_SIZE);
  return [hit.t, hit.nx, hit.ny, hit.nz].map((value) => Number(value.toFixed(6)) + 0);
}

describe('a room', () => {
  const walls = [1, 2, 3, 4].map(named) as [Texture, Texture, Texture, Texture];
  const shape = room(4, 3, 5, { floor: grey, ceiling: grey, walls });
  test.each([
    { along: [1, 0, 0] as const, hit: [3, -1, 0, 0] },
    { along: [-0.5, 0, 0] as const, hit: [2, 1, 0, 0] },
    { along: [0, -1, 0] as const, hit: [1, 0, 1, 0] },
    { along: [0, 1, 0.1] as const, hit: [2, 0, -1, 0] },
    { along: [0, 0, 1] as const, hit: [3, 0, 0, -1] },
    { along: [0, 0, -1] as const, hit: [2, 0, 0, 1] },
  ])('from (1, 1, 2) along $along', ({ along, hit }) => {
    expect(cast(shape, [1, 1, 2], along)).toEqual(hit);
  });
});

describe('a box', () => {
  const straight = box({ x: 0, z: 5, alongX: 1, alongZ: 0 }, 1, 2, 0, 1, grey);
  // Its first side runs along (0.6, 0.8): the corner nearest to the origin lies at (−0.6 + 0.8, 5 − 0.8 − 0.6).
  const turned = box({ x: 0, z: 5, alongX: 0.6, alongZ: 0.8 }, 1, 1, 0, 1, grey);
  test.each([
    { shape: straight, from: [0, 0.5, 0] as const, along: [0, 0, 1] as const, hit: [3, 0, 0, -1] },
    { shape: straight, from: [0, 3, 5] as const, along: [0, -1, 0] as const, hit: [2, 0, 1, 0] },
    { shape: straight, from: [3, 0.5, 5] as const, along: [-2, 0, 0] as const, hit: [1, 1, 0, 0] },
    { shape: straight, from: [1.5, 0.5, 0] as const, along: [0, 0, 1] as const, hit: undefined },
    { shape: straight, from: [0, 1.5, 0] as const, along: [0, 0, 1] as const, hit: undefined },
    { shape: straight, from: [0, 0.5, 0] as const, along: [0, 0, -1] as const, hit: undefined },
    { shape: turned, from: [0, 0.5, 0] as const, along: [0, 0, 1] as const, hit: [3.75, -0.6, 0, -0.8] },
    { shape: turned, from: [0.3, 0.5, 0] as const, along: [0, 0, 1] as const, hit: [3.733333, 0.8, 0, -0.6] },
  ])('from $from along $along', ({ shape, from, along, hit }) => {
    const found = cast(shape, from, along);
    if (hit === undefined) expect(found).toBeUndefined();
    else expect(found).toEqual(hit);
  });
});

describe('a cylinder', () => {
  const shape = cylinder(0, 5, 1, 0, 2, grey);
  test.each([
    { from: [0, 1, 0] as const, along: [0, 0, 2] as const, hit: [2, 0, 0, -1] },
    { from: [0.6, 1, 0] as const, along: [0, 0, 1] as const, hit: [4.2, 0.6, 0, -0.8] },
    { from: [0, 3, 4.5] as const, along: [0, -1, 0.1] as const, hit: [1, 0, 1, 0] }, // its lid
    { from: [0, 3, 0] as const, along: [0, 0, 1] as const, hit: undefined },
    { from: [1.2, 1, 0] as const, along: [0, 0, 1] as const, hit: undefined },
  ])('from $from along $along', ({ from, along, hit }) => {
    expect(cast(shape, from, along)).toEqual(hit);
  });
});

test('a sphere', () => {
  const shape = sphere(0, 1, 5, 1, grey);
  expect(cast(shape, [0, 1, 0], [0, 0, 0.5])).toEqual([8, 0, 0, -1]);
  expect(cast(shape, [0.6, 1, 0], [0, 0, 1])).toEqual([4.2, 0.6, 0, -0.8]);
  expect(cast(shape, [1.1, 1, 0], [0, 0, 1])).toBeUndefined();
});

test('what lies behind an earlier crossing does not count', () => {
  const hit: Hit = { t: 2.5, nx: 9, ny: 0, nz: 0, u: 0, v: 0, texture: undefined };
  const ray: Ray = { ox: 0, oy: 0.5, oz: 0, dx: 0, dy: 0, dz: 1 };
  const shapes = [
    room(4, 3, 5, { floor: grey, ceiling: grey, walls: [grey, grey, grey, grey] }),
    box({ x: 0, z: 5, alongX: 1, alongZ: 0 }, 1, 2, 0, 1, grey),
    cylinder(0, 5, 1, 0, 2, grey),
    sphere(0, 0.5, 5, 1, grey),
  ];
  for (const shape of shapes) expect(shape(ray, hit)).toBe(false);
  expect(hit.nx).toBe(9);
});
