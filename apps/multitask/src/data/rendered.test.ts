import { createHash } from 'node:crypto';
import { createRng } from 'rpg-core/rng';
import { ConfigError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { castRoom, renderedNormalization, renderFrame, renderSplit } from './rendered.js';
import { castFrame, viewSlope } from './room/cast.js';
import { drawScene } from './room/scene.js';

const PATH = '0/data/rendered/train';
const hashOf = (...arrays: (Uint8Array | Float32Array)[]) =>
  arrays.reduce((hash, { buffer }) => hash.update(new Uint8Array(buffer)), createHash('sha256')).digest('hex');

test('golden frames: eight rooms, made by this code when it was written', () => {
  const frames = Array.from({ length: 8 }, (_, i) => castRoom(i, 32, 'golden'));
  expect(hashOf(...frames.map(({ pixels }) => pixels))).toBe(
    '549335326ab437f68f07ef1e4c02ea8ee4d90ce263ab915526e177469c9d9d52',
  );
  expect(hashOf(...frames.flatMap(({ depths, normals }) => [depths, normals]))).toBe(
    'ace02dc9ae0f4b8d69b7735d43e36ab1288d6e953180de0f1a698a9629202a29',
  );
});

test('no two frames are equal, and a frame is a function of its path', () => {
  const hashes = Array.from({ length: 30 }, (_, i) => hashOf(castRoom(i, 16, PATH).pixels));
  expect(new Set(hashes).size).toBe(30);
  expect(hashOf(castRoom(7, 16, PATH).pixels)).toBe(hashes[7]);
});

test('what is seen faces the camera, is within the room and has unit normals', () => {
  for (let index = 0; index < 60; index++) {
    const { depths, normals } = castFrame(drawScene(createRng(PATH).fork(index)), 32, createRng('noise'));
    const isSound = (at: number) => {
      const [nx, ny, nz] = [normals[3 * at]!, normals[3 * at + 1]!, normals[3 * at + 2]!];
      const [x, y] = [viewSlope((at % 32) + 0.5, 32), viewSlope(Math.floor(at / 32) + 0.5, 32)];
      const isUnit = Math.abs(Math.hypot(nx, ny, nz) - 1) < 1e-6;
      return isUnit && nx * x + ny * y + nz < 0 && depths[at]! > 0.1 && depths[at]! < 13;
    };
    expect(Array.from(depths.keys()).filter((at) => !isSound(at))).toEqual([]);
  }
});

test('normals are those of the depths, by differences between neighbours', () => {
  const sizePx = 192; // finely, so that round things look flat from pixel to pixel
  let [numCompared, numAgreeing] = [0, 0];
  for (let index = 0; index < 4; index++) {
    const { depths, normals } = castFrame(drawScene(createRng(PATH).fork(index)), sizePx, createRng('noise'));
    const pointAt = (at: number): [number, number, number] => {
      const depth = depths[at]!;
      const row = Math.floor(at / sizePx);
      return [depth * viewSlope((at % sizePx) + 0.5, sizePx), depth * viewSlope(row + 0.5, sizePx), depth];
    };
    for (let at = 0; at < depths.length - sizePx; at += 7) {
      if (at % sizePx === sizePx - 1) continue;
      const isEdge = [1, sizePx].some((step) => Math.abs(depths[at + step]! / depths[at]! - 1) > 0.05);
      if (isEdge) continue;
      const [here, right, below] = [pointAt(at), pointAt(at + 1), pointAt(at + sizePx)];
      const [a, b] = [right, below].map((there) => there.map((value, axis) => value - here[axis]!)) as [
        [number, number, number],
        [number, number, number],
      ];
      const crossed = [b[1] * a[2] - b[2] * a[1], b[2] * a[0] - b[0] * a[2], b[0] * a[1] - b[1] * a[0]];
      const cosine = crossed.reduce((sum, value, axis) => sum + value * normals[3 * at + axis]!, 0);
      numCompared++;
      if (cosine / Math.hypot(...crossed) > 0.99) numAgreeing++;
    }
  }
  expect(numCompared).toBeGreaterThan(12_000);
  expect(numAgreeing / numCompared).toBeGreaterThan(0.97); // the rest lies across corners
});

test('some pixels are missing, and never in all frames', () => {
  const missing = Array.from({ length: 60 }, (_, i) => {
    const { depths, normals } = castRoom(i, 32, PATH);
    const hasNormal = (at: number) => normals.subarray(3 * at, 3 * at + 3).some((value) => value !== 0);
    const known = depths.filter((depth) => depth > 0).length / depths.length;
    const lit = Array.from(depths.keys()).filter(hasNormal).length / depths.length;
    return { depth: 1 - known, normal: 1 - lit };
  });
  const mean = (key: 'depth' | 'normal') => missing.reduce((sum, shares) => sum + shares[key], 0) / missing.length;
  expect(mean('depth')).toBeGreaterThan(0.02);
  expect(mean('depth')).toBeLessThan(0.1);
  expect(mean('normal')).toBeGreaterThan(0.01);
  expect(mean('normal')).toBeLessThan(mean('depth'));
  expect(missing.filter(({ normal }) => normal === 0).length).toBeGreaterThan(10);
});

test('the stated channel statistics are those of the frames', () => {
  const sums = [0, 0, 0, 0, 0, 0];
  const [numFrames, sizePx] = [150, 32];
  for (let index = 0; index < numFrames; index++) {
    for (const [at, value] of castRoom(index, sizePx, PATH).pixels.entries()) {
      sums[at % 3]! += value / 255;
      sums[3 + (at % 3)]! += (value / 255) ** 2;
    }
  }
  for (let channel = 0; channel < 3; channel++) {
    const mean = sums[channel]! / (numFrames * sizePx * sizePx);
    const variance = sums[3 + channel]! / (numFrames * sizePx * sizePx) - mean * mean;
    expect(Math.abs(mean - renderedNormalization.mean[channel]!)).toBeLessThan(0.02);
    expect(Math.abs(Math.sqrt(variance) - renderedNormalization.std[channel]!)).toBeLessThan(0.02);
  }
});

test('ready for views: what is further away than maxDepth counts as missing', () => {
  const { depths } = castRoom(3, 16, PATH);
  const { surfaces } = renderFrame(3, 16, PATH, { inputSize: 16, zoom: { min: 1, max: 1 }, maxDepth: 2.5 });
  for (const [at, depth] of depths.entries()) expect(surfaces.depthAt(at)).toBe(depth > 2.5 ? 0 : depth);
});

test.each([15, 513, 80.5])('a size of %d is refused', (sizePx) => {
  expect(() => renderSplit(1, sizePx, 10, createRng(0))).toThrow(
    new ConfigError('renderedSizePx', `renderedSizePx is ${sizePx}, expected an integer from 16 to 512.`),
  );
});
