import { createHash } from 'node:crypto';
import { createRng } from 'rpg-core';
import { describe, expect, test } from 'vitest';
import { jointAt, jointStates } from './annotations/person-record.js';
import { drawFigureScene } from './figure/figure-scene.js';
import { poseNames } from './figure/poses.js';
import { bend, dot, sinCos, unit } from './figure/vectors.js';
import { jointIds } from './joints.js';
import { renderedNormalization, renderImage, renderSplit } from './rendered.js';

const rng = createRng(0).fork('data').fork('rendered').fork('train');
const split = renderSplit(300, 96, 'train', rng);
const imageOf = (i: number, path = rng.path) => renderImage(i, 96, path).pixels;
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('golden pixels and joints: eight figures, made by this code when it was written', () => {
  const golden = createRng('golden');
  const pixels = Array.from({ length: 8 }, (_, i) => renderImage(i, 64, golden.path).pixels);
  expect(hashOf(Buffer.concat(pixels))).toBe('0a7383326a27dddcc42e115399542dc20126003acee70fe5dac8e0bb06732e6f');
  const places = renderSplit(8, 64, 'train', golden).people.map(({ joints }) => Buffer.from(joints.buffer));
  expect(hashOf(Buffer.concat(places))).toBe('a12d5351aaa66074f9aa768dd98ec074ab5fadbcab94f433165c55fefe874657');
});

test('figure i does not depend on how many are asked for, and no two are equal', () => {
  expect(renderSplit(7, 96, 'train', rng).people).toEqual(split.people.slice(0, 7));
  expect(new Set(Array.from({ length: 40 }, (_, i) => hashOf(imageOf(i)))).size).toBe(40);
});

test('records are what annotators would have given', () => {
  for (const { joints, states, center, scale, headSize, headBox } of split.people) {
    expect(scale * 200).toBeGreaterThan(0.6 * 96);
    expect(headSize).toBeGreaterThan(0.06 * 96);
    expect(headSize! / (200 * scale)).toBeLessThan(0.2);
    expect(headBox!.x2).toBeGreaterThan(headBox!.x1);
    expect(center.x).toBeGreaterThan(0);
    for (const [joint, state] of states.entries()) {
      if (state === jointStates.missing) continue;
      const { x, y } = jointAt({ joints }, joint);
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(Math.max(x, y)).toBeLessThanOrEqual(95);
    }
  }
});

test('all poses, and joints that are visible, hidden and missing', () => {
  const poses = new Set(Array.from({ length: 150 }, (_, i) => drawFigureScene(64, rng.fork(i)).pose));
  expect([...poses].sort()).toEqual([...poseNames].sort());
  const states = split.people.flatMap((person) => Array.from(person.states));
  const share = (state: number) => states.filter((other) => other === state).length / states.length;
  expect(share(jointStates.visible)).toBeGreaterThan(0.8);
  expect(share(jointStates.hidden)).toBeGreaterThan(0.05);
  expect(share(jointStates.missing)).toBeGreaterThan(0);
});

test('limbs keep the lengths of one body, seen straight or foreshortened', () => {
  for (const { joints, scale, states } of split.people) {
    for (const [from, to] of [
      ['left hip', 'left knee'],
      ['right shoulder', 'right elbow'],
    ] as const) {
      if (states[jointIds[from]] === 0 || states[jointIds[to]] === 0) continue;
      const [a, b] = [jointAt({ joints }, jointIds[from]), jointAt({ joints }, jointIds[to])];
      expect(Math.hypot(a.x - b.x, a.y - b.y) / (200 * scale)).toBeLessThan(0.2501);
    }
  }
});

test('the stated channel statistics are those of the images', () => {
  const images = Array.from({ length: 200 }, (_, i) => imageOf(i));
  for (let channel = 0; channel < 3; channel++) {
    const values = images.flatMap((pixels) => Array.from(pixels.filter((_, i) => i % 3 === channel && i % 7 === 0)));
    const mean = values.reduce((sum, value) => sum + value / 255, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value / 255 - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean - renderedNormalization.mean[channel]!)).toBeLessThan(0.02);
    expect(Math.abs(Math.sqrt(variance) - renderedNormalization.std[channel]!)).toBeLessThan(0.02);
  }
});

test.each([63, 129, 80.5])('sizePx %d is refused', (sizePx) => {
  expect(() => renderSplit(1, sizePx, 'train', rng)).toThrow(
    new RangeError(`sizePx is ${sizePx}, expected an integer from 64 to 128.`),
  );
});

describe('vectors', () => {
  test('sine and cosine of all degrees', () => {
    for (let degrees = -720; degrees <= 720; degrees += 7.3) {
      const { sin, cos } = sinCos(degrees);
      expect(Math.abs(sin - Math.sin((degrees * Math.PI) / 180))).toBeLessThan(1e-8);
      expect(Math.abs(cos - Math.cos((degrees * Math.PI) / 180))).toBeLessThan(1e-8);
    }
  });

  test('bending turns by the angle, towards the side', () => {
    const bent = bend([0, -1, 0], unit([0, 1, 1]), 60);
    expect(dot(bent, [0, -1, 0])).toBeCloseTo(0.5, 8);
    expect(bent[2]).toBeCloseTo(Math.sqrt(0.75), 8);
  });
});
