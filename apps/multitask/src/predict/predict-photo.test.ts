import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource, type WeightSource } from 'rpg-core';
import { loadBackend } from 'tensorflow-runtime';
import type { DecodedImage } from 'training-kit/images';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluatedFrames } from '../../test/evaluated-frames.js';
import { configSchema } from '../config.js';
import { openDataset } from '../data/dataset.js';
import { castRoom, renderedNormalization } from '../data/rendered.js';
import { predictBatch } from '../evaluate.js';
import { buildModel } from '../model/network.js';
import { weightSourceConfig } from '../model/weights.js';
import { centredSquare, overviewOf, predictPhoto } from './predict-photo.js';

const config = configSchema.parse({ inputSize: 16, renderedSizePx: 32, renderedTest: 2, valExamples: 0 });
const model = buildModel(config);
let source: WeightSource;
beforeAll(async () => {
  await loadBackend({});
  source = createWeightSource(model.slots, weightSourceConfig(model.slots, config), createRng(3));
});
afterAll(() => {
  source.dispose();
});

function photoOf(pixels: Uint8Array, width: number): DecodedImage {
  const height = pixels.length / (3 * width);
  return { pixels, width, height, fullWidth: width, fullHeight: height };
}

test('a photograph of a dataset’s room: what evaluation finds, and nothing left in memory', async () => {
  const { test: split } = await openDataset(config);
  if (split.frames.kind !== 'rendered') throw new Error('the rendered set is rendered');
  const { images } = (await evaluatedFrames(split, 1))[1]!;
  const weights = source.generate();
  const expected = predictBatch(model, weights, { images, numExamples: 1, inputSize: 16 });
  weights.dispose();
  const before = tf.memory().numTensors;
  const { pixels } = castRoom(1, 32, split.frames.rngPath);
  const found = predictPhoto({ model, source, normalization: renderedNormalization }, photoOf(pixels, 32));
  expect(tf.memory().numTensors).toBe(before);
  expect(found).toMatchObject({ ...expected, size: 16, numHeld: 0 });
});

test('the centred square counts, whatever lies beside it', () => {
  const wide = new Uint8Array(3 * 20 * 48);
  const square = Uint8Array.from({ length: 3 * 20 * 20 }, (_, i) => (31 * i) % 256);
  for (let y = 0; y < 20; y++) {
    wide.set(square.subarray(60 * y, 60 * (y + 1)), 3 * (48 * y + 14));
    wide.fill(255, 3 * 48 * y, 3 * 48 * y + 20);
  }
  const photo = photoOf(wide, 48);
  expect(centredSquare(photo)).toEqual([14, 0, 34, 20]);
  const whole = predictPhoto({ model, source, normalization: renderedNormalization }, photoOf(square, 20));
  const { image, depths } = predictPhoto({ model, source, normalization: renderedNormalization }, photo);
  expect(image.subarray(51, 3 * 256 - 51)).toEqual(whole.image.subarray(51, 3 * 256 - 51));
  expect(depths).toHaveLength(256);
});

test('an overview of three pictures; a depth that no file holds is moved', () => {
  const prediction = predictPhoto(
    { model, source, normalization: renderedNormalization },
    photoOf(new Uint8Array(3 * 16 * 16).fill(90), 16),
  );
  const { pixels, range } = overviewOf({ ...prediction, depths: prediction.depths.map((_, i) => 1 + i / 255) });
  expect(pixels).toMatchObject({ width: 3 * 256 + 2 * 8, height: 256 });
  expect(range).toEqual({ low: 1, high: 2 });
  const far = { ...model, apply: (...given: Parameters<typeof model.apply>) => moved(model.apply(...given), 1000) };
  const { depths, numHeld } = predictPhoto(
    { model: far, source, normalization: renderedNormalization },
    photoOf(new Uint8Array(3 * 256), 16),
  );
  expect(numHeld).toBe(256);
  expect(Math.max(...depths)).toBeCloseTo(65_534 / 512, 4);
  const lost = { ...model, apply: (...given: Parameters<typeof model.apply>) => moved(model.apply(...given), NaN) };
  expect(() =>
    predictPhoto({ model: lost, source, normalization: renderedNormalization }, photoOf(new Uint8Array(3 * 256), 16)),
  ).toThrow(
    new RangeError(
      'The network predicts NaN, expected finite depths and normals: it has diverged. Take an earlier checkpoint.',
    ),
  );
});

function moved(predictions: ReturnType<typeof model.apply>, metres: number): ReturnType<typeof model.apply> {
  return predictions.map((prediction) => ({ ...prediction, depths: tf.add(prediction.depths, metres) }));
}
