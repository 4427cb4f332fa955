import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource, SlotCollector } from 'rpg-core';
import { beforeAll, expect, test } from 'vitest';
import { read } from '../test/numbers.js';
import { deqLoss } from './loss.js';
import type { ApplyOptions, DeqModel } from './model/model.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('the mean cross-entropy and the share of right answers; training is said to the model', () => {
  const slots = new SlotCollector();
  const firstKernel = slots.declare({
    name: 'kernel',
    shape: [3],
    role: 'stem',
    initializer: { kind: 'constant', value: 0 },
  });
  const seen: ApplyOptions[] = [];
  const model: DeqModel = {
    slots: slots.slots,
    numClasses: 2,
    firstKernel,
    apply: (_weights, _images, options) => {
      seen.push(options);
      return tf.tensor2d([
        [0, Math.log(3)],
        [0, 0],
        [Math.log(4), 0],
      ]);
    },
  };
  const weights = createWeightSource(slots.slots, { kind: 'independent' }, createRng(1)).generate();
  const batch = { images: tf.zeros<tf.Rank.R4>([3, 2, 2, 3]), labels: tf.tensor1d([1, 0, 1], 'int32') };
  const { loss, metrics } = deqLoss(model, weights, batch, { step: 7 });
  // probabilities of the right classes: 3/4, 1/2, 1/5
  expect(read(loss)[0]).toBeCloseTo(-Math.log((3 / 4) * (1 / 2) * (1 / 5)) / 3, 6);
  expect(read(metrics!.accuracy!)[0]).toBeCloseTo(2 / 3, 6); // of equal logits the first counts
  expect(seen).toEqual([{ step: 7, isTraining: true }]);
});
