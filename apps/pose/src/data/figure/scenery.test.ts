// A wall and a ground of one colour each, worked by hand; and things in front of figures.
import { createRng } from 'rpg-core';
import { expect, test } from 'vitest';
import type { Canvas } from './layer.js';
import { drawOccluders, drawScenery, paintScenery } from './scenery.js';

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

test('the same stream draws the same scenery; its textures mix by shares of 0 to 1', () => {
  const painted = (seed: number) => {
    const canvas = canvasOf(24);
    paintScenery(canvas, drawScenery(24, createRng(seed)));
    return canvas.pixels;
  };
  expect(painted(1)).toEqual(painted(1));
  expect(painted(2)).not.toEqual(painted(1));
  for (let seed = 0; seed < 40; seed++) {
    const { wallTexture, groundTexture, horizonPx } = drawScenery(24, createRng(seed));
    const places = Array.from({ length: 116 }, (_, i) => [(5 * i) % 24, Math.floor((5 * i) / 24)] as const);
    const shares = [wallTexture, groundTexture].flatMap(({ mix }) => places.map(([x, y]) => mix(x, y)));
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
    expect(horizonPx >= 12 && horizonPx <= 0.85 * 24).toBe(true);
  }
});

test('two figures of five have something in front of them, and no joint is seen on it', () => {
  const draws = Array.from({ length: 500 }, (_, i) => drawOccluders({ x: 50, y: 50 }, 80, createRng(i)));
  const share = draws.filter((layers) => layers.length > 0).length / draws.length;
  expect(Math.abs(share - 0.4)).toBeLessThan(0.07);
  for (const { depth, joints, shape } of draws.flat()) {
    expect([depth, joints]).toEqual([Infinity, []]);
    const { left, right } = shape.bounds;
    expect(left < 50 + 80 && right > 50 - 80).toBe(true);
  }
});
