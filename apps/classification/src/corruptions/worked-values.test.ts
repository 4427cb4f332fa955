// What each family does to images that can be followed by hand.
import { createRng } from 'rpg-core';
import { expect, test } from 'vitest';
import { defocusBlur, glassBlur } from './blur.js';
import { contrast, elastic, pixelate } from './digital.js';
import { gaussianNoise, impulseNoise, shotNoise } from './noise.js';
import { type Corruption, type Pixels, type Severity, SIDE } from './pixels.js';
import { brightness, fog, frost, snow } from './weather.js';

const NUM_VALUES = 3 * SIDE * SIDE;

function painted(colourAt: (x: number, y: number) => readonly [number, number, number]): Pixels {
  return Float64Array.from(
    Array.from({ length: SIDE * SIDE }, (_, k) => colourAt(k % SIDE, Math.floor(k / SIDE))).flat(),
  );
}

const plain = (value: number): Pixels => new Float64Array(NUM_VALUES).fill(value);
const columns = painted((x) => [x, x, x]);

async function corrupted(corruption: Corruption, image: Pixels, severity: Severity): Promise<Pixels> {
  return corruption(image, severity, createRng(1).fork('test'));
}

function statsOf(values: Pixels): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

test('Gaussian noise has the deviation of its severity', async () => {
  const { mean, deviation } = statsOf(await corrupted(gaussianNoise, plain(0.5), 5));
  expect(mean).toBeCloseTo(0.5, 2);
  expect(deviation).toBeCloseTo(0.1, 2);
});

test('shot noise: black stays black; at half brightness of 50 photons the deviation is 0.1', async () => {
  expect(await corrupted(shotNoise, plain(0), 5)).toEqual(plain(0));
  const noisy = await corrupted(shotNoise, plain(0.5), 5);
  expect(statsOf(noisy).mean).toBeCloseTo(0.5, 2);
  expect(statsOf(noisy).deviation).toBeCloseTo(Math.sqrt(0.5 / 50), 2);
  expect(noisy.every((value) => Math.abs(50 * value - Math.round(50 * value)) < 1e-9)).toBe(true);
});

test('impulse noise: 7 % of the values, half of them 0 and half 1', async () => {
  const noisy = await corrupted(impulseNoise, plain(0.5), 5);
  const shareOf = (wanted: number) => noisy.filter((value) => value === wanted).length / NUM_VALUES;
  expect(shareOf(0.5)).toBeGreaterThan(0.91);
  expect(shareOf(0.5)).toBeLessThan(0.95);
  expect(Math.abs(shareOf(0) - shareOf(1))).toBeLessThan(0.02);
});

test('defocus at severity 4: a cross of five pixels, hardly softened', async () => {
  const image = painted((x, y) => (x === 10 && y === 10 ? [1, 0.5, 0] : [0, 0, 0]));
  const blurred = await corrupted(defocusBlur, image, 4);
  const redAt = (x: number, y: number) => blurred[3 * (SIDE * y + x)]!;
  for (const [x, y] of [
    [10, 10],
    [9, 10],
    [10, 11],
  ] as const) {
    expect(redAt(x, y)).toBeCloseTo(0.2, 4);
  }
  expect(redAt(9, 9)).toBeLessThan(1e-4);
  expect(blurred[3 * (SIDE * 10 + 10) + 1]).toBeCloseTo(0.1, 4);
});

test('glass at severity 1 blurs nothing: pixels from (2, 2) on come from at most one to the left and above', async () => {
  const image = painted((x, y) => [x, y, 0]);
  const seen = new Set<string>();
  const result = await corrupted(glassBlur, image, 1);
  for (let k = 0; k < SIDE * SIDE; k++) {
    const [right, down] = [(k % SIDE) - result[3 * k]!, Math.floor(k / SIDE) - result[3 * k + 1]!];
    if (k % SIDE < 2 || k < 2 * SIDE) expect([right, down]).toEqual([0, 0]);
    seen.add(`${right},${down}`);
  }
  expect([...seen].sort()).toEqual(['0,0', '0,1', '1,0', '1,1']);
});

test('brightness by hand: the largest channel from 0.2 to 0.5, the others in proportion; black becomes grey', async () => {
  const coloured = await corrupted(brightness, painted(() => [0.2, 0.1, 0.05]), 5); // prettier-ignore
  [0.5, 0.25, 0.125].forEach((value, c) => {
    expect(coloured[c]).toBeCloseTo(value, 12);
  });
  expect((await corrupted(brightness, plain(0), 5))[0]).toBe(0.3);
  expect((await corrupted(brightness, plain(0.9), 5))[0]).toBe(1);
});

test('contrast by hand: 15 % of the distance to the mean of each channel is left', async () => {
  const halves = painted((x) => (x < 16 ? [0, 0, 0.4] : [1, 0, 0.4]));
  const flat = await corrupted(contrast, halves, 5);
  [0.425, 0, 0.4].forEach((value, c) => {
    expect(flat[c]).toBeCloseTo(value, 12);
  });
  expect(flat[3 * 31]).toBeCloseTo(0.575, 12);
});

test('pixelate at severity 5 by hand: 20 columns, the first of columns 0 and 1, the second of column 2', async () => {
  const coarse = await corrupted(pixelate, columns, 5);
  expect([0, 1, 2, 3, 4].map((x) => coarse[3 * x])).toEqual([0.5, 0.5, 2, 3.5, 3.5]);
});

test('elastic at severity 1 is an affine map: in the middle, columns stay evenly spaced', async () => {
  const warped = await corrupted(elastic, columns, 1);
  const steps = [14, 15, 16].map((x) => warped[3 * (SIDE * 16 + x + 1)]! - warped[3 * (SIDE * 16 + x)]!);
  expect(steps[1]).toBeCloseTo(steps[0]!, 9);
  expect(steps[2]).toBeCloseTo(steps[0]!, 9);
});

test('weather on a plain grey image: fog stays below it, snow above, frost between its shares', async () => {
  const grey = plain(0.5);
  const foggy = await corrupted(fog, grey, 3);
  expect(Math.max(...foggy)).toBeCloseTo(0.5, 12);
  expect(Math.min(...foggy)).toBeCloseTo(0.25 / 1.25, 12);
  expect(Math.min(...(await corrupted(snow, grey, 3)))).toBeGreaterThanOrEqual(0.5);
  const icy = await corrupted(frost, grey, 4);
  expect(Math.min(...icy)).toBeGreaterThanOrEqual(0.85 * 0.5);
  expect(Math.max(...icy)).toBeLessThanOrEqual(0.85 * 0.5 + 0.4);
});
