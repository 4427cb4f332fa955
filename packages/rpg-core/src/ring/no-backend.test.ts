import { expect, test } from 'vitest';
import { dense } from '../layers/dense.js';
import { unpackLayersModel } from '../tf-layers/model-file/unpack-layers-model.js';
import { rpgRing } from '../tf-layers/ring-fed-layers.js';
import { SlotCollector } from '../weights/slot.js';
import { createWeightSource } from '../weights/weight-source.js';
import { createRng } from './rng.js';

const MESSAGE = "TensorFlow.js has no backend; import '@tensorflow/tfjs' or a backend package first.";

test('without a backend every door says so', async () => {
  const slots = new SlotCollector();
  dense(slots, { name: 'a', inFeatures: 2, outFeatures: 2, role: 'backbone' });
  expect(() => createWeightSource(slots.slots, { kind: 'ring', ringSize: 2 }, createRng(1))).toThrow(MESSAGE);
  const ring = rpgRing({ ringSize: 2, seed: 1 });
  expect(() => {
    ring.build([null, 2]);
  }).toThrow(MESSAGE);
  await expect(unpackLayersModel(new Uint8Array())).rejects.toThrow(MESSAGE);
});
