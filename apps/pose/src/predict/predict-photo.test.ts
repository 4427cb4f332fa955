import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource, type WeightSource } from 'rpg-core';
import { loadBackend } from 'tensorflow-runtime';
import type { DecodedImage } from 'training-kit/images';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configSchema } from '../config.js';
import { openDataset } from '../data/dataset.js';
import { mirroredJoints } from '../data/joints.js';
import { renderImage } from '../data/rendered.js';
import type { Split } from '../data/split.js';
import { boxRules, cropBoxOf } from '../data/views/crop.js';
import { evaluate } from '../evaluate.js';
import { buildModel } from '../model/network.js';
import { weightSourceConfig } from '../model/weights.js';
import { cropSettingsOf, heatMapsOver, predictPhoto, skeletonOver } from './predict-photo.js';

/** Four features, which nobody trained: what they say means nothing, but follows from the pixels. */
const config = configSchema.parse({
  inputSize: 64,
  widthMultiplier: 1 / 64,
  renderedTrain: 1,
  renderedTest: 3,
  valExamples: 0,
  renderedSizePx: 64,
});
const model = buildModel(config);
const crop = cropSettingsOf({ config, model });
let source: WeightSource;
let people: Split;
beforeAll(async () => {
  await loadBackend({});
  source = createWeightSource(model.slots, weightSourceConfig(model.slots, config), createRng(3));
  people = (await openDataset(config)).test;
});
afterAll(() => {
  source.dispose();
});

const once = { useFlipTest: false };
const predict = (photo: DecodedImage, box = wholeOf(photo), options = once) =>
  predictPhoto({ config, model, source }, photo, box, options);

function figure(index: number): DecodedImage {
  if (people.images.kind !== 'rendered') throw new Error('the rendered set is rendered');
  return renderImage(index, 64, people.images.rngPath);
}

function wholeOf({ width, height }: DecodedImage) {
  return { center: { x: (width - 1) / 2, y: (height - 1) / 2 }, sizePx: Math.max(width, height) };
}

/** The photograph within a larger black one. */
function framed(photo: DecodedImage, left: number, top: number): DecodedImage {
  const [width, height] = [photo.width + left + 5, photo.height + top + 9];
  const pixels = new Uint8Array(3 * width * height);
  for (let y = 0; y < photo.height; y++) {
    const row = photo.pixels.subarray(3 * y * photo.width, 3 * (y + 1) * photo.width);
    pixels.set(row, 3 * ((y + top) * width + left));
  }
  return { pixels, width, height, fullWidth: width, fullHeight: height };
}

function mirrored(photo: DecodedImage): DecodedImage {
  const { pixels, width } = photo;
  const columnOf = (i: number) => Math.floor(i / 3) % width;
  return { ...photo, pixels: pixels.map((_, i) => pixels[i + 3 * (width - 1 - 2 * columnOf(i))]!) };
}

test('a photograph of a dataset’s figure: the joints that evaluation finds', async () => {
  for (const useFlipTest of [true, false]) {
    const { predictions } = await evaluate(model, source, people, { crop, useFlipTest });
    for (const { example, joints } of predictions) {
      const box = cropBoxOf(people.people[example]!, boxRules[crop.boxRule]);
      const alone = await predict(figure(example), box, { useFlipTest });
      expect(alone.joints.map(({ x, y }) => ({ x, y }))).toEqual(joints.map(({ x, y }) => ({ x, y })));
      // One image and a batch of three: on some processors convolutions add up in another order.
      alone.joints.forEach(({ score }, joint) => {
        expect(score).toBeCloseTo(joints[joint]!.score, 5);
      });
    }
  }
});

test('joints move with the person', async () => {
  const photo = figure(0);
  const whole = wholeOf(photo);
  const { joints } = await predict(photo);
  const box = { ...whole, center: { x: whole.center.x + 7, y: whole.center.y + 20 } };
  const moved = await predict(framed(photo, 7, 20), box);
  expect(moved.joints).toEqual(joints.map(({ x, y, score }) => ({ x: x + 7, y: y + 20, score })));
});

test('with the flip test left and right are treated alike', async () => {
  const [straight, turned] = await Promise.all(
    [figure(1), mirrored(figure(1))].map((photo) => predict(photo, wholeOf(photo), { useFlipTest: true })),
  );
  straight!.joints.forEach(({ x, y, score }, joint) => {
    const other = turned!.joints[mirroredJoints[joint]!]!;
    expect(other.x).toBeCloseTo(63 - x, 4);
    expect(other.y).toBeCloseTo(y, 4);
    expect(other.score).toBeCloseTo(score, 4);
  });
});

test('nothing stays in memory, and the photograph stays as it is', async () => {
  const photo = { ...figure(2), pixels: Buffer.from(figure(2).pixels) }; // as the decoder gives it
  const pixels = Buffer.from(photo.pixels);
  await predict(photo); // the ring's index array goes to the device once
  const before = tf.memory().numTensors;
  const { joints, heatMaps } = await predict(photo);
  expect(tf.memory().numTensors).toBe(before);
  expect(Buffer.from(skeletonOver(photo, joints, -Infinity).data).equals(pixels)).toBe(false);
  await heatMapsOver(photo, wholeOf(photo), heatMaps);
  expect(Buffer.compare(photo.pixels, pixels)).toBe(0);
});

test('joints below the least score are not drawn', () => {
  const photo = figure(0);
  const joints = Array.from({ length: 16 }, (_, i) => ({ x: 4 * i, y: 30, score: i < 8 ? 0.9 : 0.2 }));
  const isTouched = (minScore: number) => {
    const { data } = skeletonOver(photo, joints, minScore);
    return Array.from({ length: 16 }, (_, i) => data[3 * (30 * 64 + 4 * i)] !== photo.pixels[3 * (30 * 64 + 4 * i)]);
  };
  expect(isTouched(0.95)).toEqual(Array(16).fill(false));
  expect(isTouched(0.5).slice(9)).toEqual(Array(7).fill(false));
  expect(isTouched(0.5).filter(Boolean).length).toBeGreaterThan(4);
  expect(isTouched(0.2).slice(9).filter(Boolean).length).toBeGreaterThan(4);
});

test.each([
  { sizePx: 20, side: 256 },
  { sizePx: 300, side: 300 },
  { sizePx: 9000, side: 1024 },
])('heat maps over a box of $sizePx: a picture of $side, brightest where the map is', async ({ sizePx, side }) => {
  const photo = { pixels: new Uint8Array(3 * 30 * 30), width: 30, height: 30, fullWidth: 30, fullHeight: 30 };
  const values = new Float32Array(16 * 16 * 16);
  values[(2 * 16 + 12) * 16 + 5] = 1; // joint 5 in the upper right
  const heatMaps = { values, height: 16, width: 16, numJoints: 16 };
  const picture = await heatMapsOver(photo, { center: { x: 15, y: 15 }, sizePx }, heatMaps);
  expect(picture).toMatchObject({ width: side, height: side, channels: 3 });
  const brightness = (x: number, y: number) => {
    const at = 3 * (Math.floor((y * side) / 16) * side + Math.floor((x * side) / 16));
    return picture.data[at]! + picture.data[at + 1]!;
  };
  expect(brightness(12.5, 2.5)).toBeGreaterThan(2 * brightness(3.5, 2.5));
});
