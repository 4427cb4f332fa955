import * as tf from '@tensorflow/tfjs-core';
import { loadBackend } from 'tensorflow-runtime';
import type { SweptRun } from 'training-kit/commands';
import { allocateImages, imagenetNormalization, memorySplit, noAugmentation } from 'training-kit/labelled-images';
import { beforeAll, expect, test } from 'vitest';
import { corruptionNames, severities } from '../corruptions/index.js';
import { corruptions } from '../experiments/corruptions.js';
import { top1OfVersions } from './corrupted-top1.js';

beforeAll(async () => {
  await loadBackend({});
});

/** Four grey images, labels 0, 1, 1, 1. */
function greyImages() {
  const arrays = allocateImages(4, [32, 32, 3]);
  arrays.images.fill(100);
  arrays.labels.set([0, 1, 1, 1]);
  return memorySplit(arrays, { normalization: imagenetNormalization, augmentation: noAugmentation, numWorkers: 1 });
}

/** Says 0 of a batch of which all values are level, and 1 of others. */
const tellsNoise = {
  numClasses: 2,
  apply: (_: unknown, images: tf.Tensor4D) => {
    const isNoisy = tf
      .max(tf.moments(images, [1, 2]).variance, 1)
      .greater(1e-6)
      .toFloat();
    return tf.stack([tf.sub(1, isNoisy), isNoisy], 1);
  },
};

test('each version is asked about, and means are taken of all and of families', async () => {
  const dataset = { test: greyImages(), normalization: imagenetNormalization };
  const source = { generate: () => ({ dispose: () => undefined }) };
  const notes: string[] = [];
  const options = { numImages: 2, note: (line: string) => void notes.push(line) };
  const found = await top1OfVersions({ model: tellsNoise, source, dataset } as never, options);
  expect(Object.keys(found)).toHaveLength(1 + 4 + 6 + 75);
  expect(found['top1/0']).toBe(0.5); // the first two alone: labels 0 and 1
  expect(Object.values(found).every((share) => share === 0.5)).toBe(true); // one of two is right, level or not
  expect(notes).toHaveLength(15);
  expect(notes[0]).toBe('  gaussian-noise: 50.0 % of 2 images');

  const whole = await top1OfVersions({ model: tellsNoise, source, dataset } as never, {
    ...options,
    numImages: Infinity,
  });
  expect(whole['gaussian-noise/1']).toBe(0.75); // noise is seen: 1 of all, right for three of four
  expect(whole['defocus-blur/5']).toBe(0.25); // grey stays grey
  expect([whole.noiseTop1, whole.blurTop1]).toEqual([0.75, 0.25]);
  const all = corruptionNames.flatMap((name) => severities.map((severity) => whole[`${name}/${severity}`]!));
  expect(whole.corruptedTop1).toBeCloseTo(all.reduce((sum, share) => sum + share, 0) / 75, 12);
});

test('no tensor is left', async () => {
  const dataset = { test: greyImages(), normalization: imagenetNormalization };
  const source = { generate: () => ({ dispose: () => undefined }) };
  const numTensors = tf.memory().numTensors;
  await top1OfVersions({ model: tellsNoise, source, dataset } as never, { numImages: 1, note: () => undefined });
  expect(tf.memory().numTensors).toBe(numTensors);
});

/** A finished run; its top-1 falls by a tenth with each severity. */
function runOf(depth: string, seed: string, clean: number): SweptRun {
  const curves = ['top1', ...corruptionNames].flatMap((name) =>
    severities.map((severity) => [`${name}/${severity}`, clean - severity / 10] as const),
  );
  const values = new Map(Object.entries({ variant: 'ring', depth, seed }));
  return {
    run: { name: `${depth},${seed}`, values },
    state: { status: 'finished', step: 1, history: [] },
    size: { ringSize: 1, numGenerated: 2 },
    measured: { 'top1/0': clean, ...Object.fromEntries(curves) },
  } as unknown as SweptRun;
}

test('the page draws means over seeds by severity and lists them by corruption; what is not measured is left out', () => {
  const waiting = { ...runOf('34', '1', 0.5), measured: undefined };
  expect(corruptions.outcome!([waiting])).toEqual([]);
  const [drawn, listed] = corruptions.outcome!([runOf('18', '1', 0.8), runOf('18', '2', 0.9), waiting]);
  const series = drawn?.kind === 'charts' && drawn.charts[0]?.kind === 'lines' ? drawn.charts[0].series : [];
  expect(series.map(({ name, x }) => [name, x])).toEqual([['ring, 18', [0, 1, 2, 3, 4, 5]]]);
  Array.from(series[0]!.y).forEach((top1, severity) => {
    expect(top1).toBeCloseTo(0.85 - severity / 10, 12);
  });
  const rows = listed?.kind === 'table' ? listed.rows : [];
  expect(rows).toHaveLength(15);
  expect(rows[0]).toEqual(['gaussian-noise', '55.0']);
});
