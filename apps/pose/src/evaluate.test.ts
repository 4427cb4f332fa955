import '@tensorflow/tfjs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource } from 'rpg-core';
import { beforeAll, expect, test } from 'vitest';
import { noData, posePack } from '../test/real-data.js';
import { jointAt, jointStates } from './data/annotations/person-record.js';
import { renderedNormalization, renderSplit } from './data/rendered.js';
import { selectPeople } from './data/select-people.js';
import type { Split } from './data/split.js';
import type { CropSettings } from './data/views/crop-settings.js';
import { evaluate } from './evaluate.js';
import { type PoseModel, stackedHourglass } from './model/model.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const crop: CropSettings = {
  boxRule: 'enlarged',
  inputSize: 32,
  mapSize: 8,
  sigmaPx: 1,
  peak: 'pixel',
  normalization: renderedNormalization,
};
const network = stackedHourglass({ numStacks: 1, inputSize: 32, widthMultiplier: 1 / 64, depth: 1 });
const source = createWeightSource(network.slots, { kind: 'independent' }, createRng(1));

/** A network that sees every joint at column 5, row 2 of its maps. */
const blind: PoseModel = {
  ...network,
  apply: (_, images) => {
    const buffer = tf.buffer([images.shape[0], 8, 8, 16]);
    for (let i = 0; i < images.shape[0]; i++) for (let joint = 0; joint < 16; joint++) buffer.set(1, i, 2, 5, joint);
    return [buffer.toTensor() as tf.Tensor4D];
  },
};

test('maps become joints of the image, and PCKh counts those near enough', async () => {
  const split = renderSplit(7, 64, 'val', createRng(1));
  const { predictions, pckh, numExamples, loss } = await evaluate(blind, source, split, { crop, useFlipTest: false });
  expect(numExamples).toBe(7);
  expect(predictions.map(({ example }) => example)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  let [numNear, numAnnotated] = [0, 0];
  for (const { example, joints } of predictions) {
    const person = split.people[example]!;
    // The box is 1.25 · 200 · scale wide and the map 8: column 5, row 2 lie 1.5 pixels right of and above its middle.
    const pixel = (1.25 * 200 * person.scale) / 8;
    const seen = { x: person.center.x + 1.5 * pixel, y: person.center.y - 1.5 * pixel };
    for (let joint = 0; joint < 16; joint++) {
      expect(joints[joint]!.x).toBeCloseTo(seen.x, 4);
      expect(joints[joint]!.y).toBeCloseTo(seen.y, 4);
      if (person.states[joint] === jointStates.missing) continue;
      numAnnotated++;
      const { x, y } = jointAt(person, joint);
      if (Math.hypot(x - seen.x, y - seen.y) < 0.5 * person.headSize!) numNear++;
    }
  }
  expect(numNear).toBeGreaterThan(0);
  expect(pckh.C.mean).toBeCloseTo(numNear / numAnnotated, 10); // variant C pools all joints
  expect(loss).toBeGreaterThan(0);
});

test('each person counts once, however the batches fall, and no tensor stays', async () => {
  const split = renderSplit(5, 64, 'val', createRng(2));
  const options = { crop, useFlipTest: true };
  const whole = await evaluate(network, source, split, options);
  const before = tf.memory().numTensors;
  const single = await Promise.all(
    [0, 1, 2, 3, 4].map((i) => evaluate(network, source, selectPeople(split, [i]), options)),
  );
  expect(tf.memory().numTensors).toBe(before);
  expect(single.map(({ predictions }) => predictions[0]!.joints)).toEqual(
    whole.predictions.map(({ joints }) => joints),
  );
  const mean = single.reduce((sum, { loss }) => sum + loss, 0) / 5;
  expect(whole.loss).toBeCloseTo(mean, 6);
});

test('an empty split has no PCKh', async () => {
  const split = renderSplit(0, 64, 'val', createRng(2));
  await expect(evaluate(network, source, split, { crop, useFlipTest: false })).rejects.toThrow(
    new RangeError('evaluate: the split is empty; PCKh has no meaning there.'),
  );
});

test.skipIf(noData)(`people whose image is broken are counted, not judged${noData}`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pose-evaluate-'));
  await copyFile(join(posePack, 'images', 'lspet_im00012.jpg'), join(folder, 'good.jpg'));
  await writeFile(join(folder, 'bad.jpg'), 'no image');
  const people = renderSplit(2, 64, 'val', createRng(1)).people.map((person, i) => ({ ...person, image: ['good.jpg', 'bad.jpg'][i]! })); // prettier-ignore
  const split: Split = { people, numExamples: 2, images: { kind: 'files', folder, onBadImage: 'skip' }, skipped: [] };
  const result = await evaluate(network, source, split, { crop, useFlipTest: false });
  expect([result.numExamples, result.numBroken]).toEqual([1, 1]);
  expect(result.predictions.map(({ example }) => example)).toEqual([0]);
  await rm(folder, { recursive: true });
});
