// A wall and a ground of one colour each, worked by hand; and things in front of figures.
import { createRng } from 'rpg-core';
import { describe, expect, test } from 'vitest';
import { colorDistance } from './colors.js';
import type { Canvas } from './layer.js';
import { drawOccluders, drawScenery, paintScenery } from './scenery.js';

const drawnSceneries = Array.from({ length: 300 }, (_, seed) => drawScenery(24, createRng(seed)));
const canvasOf = (sizePx: number): Canvas => ({ sizePx, pixels: new Float32Array(3 * sizePx * sizePx) });

test('wall above the horizon, ground below it, both darker by a quarter where they meet', () => {
  const even = (mixed: number) => ({ second: [1, 1, 1] as const, mix: () => mixed });
  const canvas = canvasOf(20);
  paintScenery(canvas, {
    wall: [0, 0.5, 1],
    ground: [0.5, 0.5, 0.5],
    horizonPx: 10,
    wallTexture: even(0),
    groundTexture: even(0.5), // half of it white
    behind: [],
  });
  const row = (y: number) => Array.from(canvas.pixels.subarray(60 * y + 57, 60 * y + 60));
  expect(row(0)).toEqual([0, 0.5, 1]);
  expect(row(10)).toEqual([0, 0.375, 0.75]);
  expect(row(19)).toEqual([0.75, 0.75, 0.75]);
});

test('the same stream draws the same scenery', () => {
  const painted = (seed: number) => {
    const canvas = canvasOf(24);
    paintScenery(canvas, drawScenery(24, createRng(seed)));
    return canvas.pixels;
  };
  expect(painted(1)).toEqual(painted(1));
  expect(painted(2)).not.toEqual(painted(1));
});

test('textures mix by shares of 0 to 1, one of six by none', () => {
  const places = Array.from({ length: 116 }, (_, i) => [(5 * i) % 24, Math.floor((5 * i) / 24)] as const);
  const textures = drawnSceneries.flatMap(({ wallTexture, groundTexture }) => [wallTexture, groundTexture]);
  const shares = textures.map(({ mix }) => places.map(([x, y]) => mix(x, y)));
  expect(Math.min(...shares.flat())).toBe(0);
  expect(Math.max(...shares.flat())).toBe(1);
  const even = shares.filter((ofTexture) => ofTexture.every((share) => share === 0));
  expect(Math.abs(even.length / shares.length - 1 / 6)).toBeLessThan(0.05);
});

test('horizons from the middle downwards, up to 4 things behind all figures, and a wall unlike the ground', () => {
  const horizons = drawnSceneries.map(({ horizonPx }) => horizonPx / 24);
  expect(Math.min(...horizons)).toBeGreaterThanOrEqual(0.5);
  expect(Math.min(...horizons)).toBeLessThan(0.52);
  expect(Math.max(...horizons)).toBeLessThanOrEqual(0.85);
  expect(Math.max(...horizons)).toBeGreaterThan(0.83);
  expect([...new Set(drawnSceneries.map(({ behind }) => behind.length))].sort()).toEqual([0, 1, 2, 3, 4]);
  for (const { depth, joints } of drawnSceneries.flatMap(({ behind }) => behind)) {
    expect([depth, joints]).toEqual([-Infinity, []]);
  }
  for (const { wall, ground } of drawnSceneries) expect(colorDistance(wall, ground)).toBeGreaterThanOrEqual(0.2);
});

describe('in front of a figure 80 px high, its middle at 50, 50', () => {
  const draws = Array.from({ length: 2000 }, (_, i) => drawOccluders({ x: 50, y: 50 }, 80, createRng(i)));

  test('stands something in two cases of five, and no joint is seen on it', () => {
    const share = draws.filter((layers) => layers.length > 0).length / draws.length;
    expect(Math.abs(share - 0.4)).toBeLessThan(0.03);
    for (const { depth, joints } of draws.flat()) expect([depth, joints]).toEqual([Infinity, []]);
  });

  test('posts, rails, boxes and bushes come as often, and each crosses it or lies on it', () => {
    const counts = { post: 0, rail: 0, box: 0, bush: 0 };
    for (const layers of draws.filter(({ length }) => length > 0)) {
      const left = Math.min(...layers.map(({ shape }) => shape.bounds.left));
      const right = Math.max(...layers.map(({ shape }) => shape.bounds.right));
      const top = Math.min(...layers.map(({ shape }) => shape.bounds.top));
      const bottom = Math.max(...layers.map(({ shape }) => shape.bounds.bottom));
      const isTall = top < 50 - 80 && bottom > 50 + 80;
      const isWide = left < 50 - 80 && right > 50 + 80;
      counts[isTall ? 'post' : isWide ? 'rail' : layers.length === 1 ? 'box' : 'bush']++;
      if (!isTall) expect(top > 50 - 0.35 * 80 && bottom < 50 + 0.72 * 80).toBe(true);
      if (!isWide) expect(left > 50 - 0.5 * 80 && right < 50 + 0.5 * 80).toBe(true);
    }
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    for (const count of Object.values(counts)) expect(Math.abs(count / all - 0.25)).toBeLessThan(0.05);
  });
});
