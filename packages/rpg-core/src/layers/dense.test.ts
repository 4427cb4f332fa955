import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { oneLayer } from '../../test/one-layer.js';
import { createRng } from '../ring/rng.js';
import { SlotCollector } from '../weights/slot.js';
import { createWeightSource } from '../weights/weight-source.js';
import { dense } from './dense.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const read = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

test('x·K + b', () => {
  const { layer, source } = oneLayer((slots) => dense(slots, { name: 'd', inFeatures: 2, outFeatures: 2 }));
  source.trainables.get('d/kernel')!.assign(
    tf.tensor2d([
      [1, 2],
      [3, 4],
    ]),
  );
  source.trainables.get('d/bias')!.assign(tf.tensor1d([10, 20]));
  const y = layer(tf.tensor2d([[1, 10]]), { weights: source.generate(), isTraining: false });
  expect(read(y)).toEqual([41, 62]);
});

test('can come from a ring', () => {
  const slots = new SlotCollector();
  const layer = dense(slots, { name: 'd', inFeatures: 6, outFeatures: 5, role: 'backbone' });
  const source = createWeightSource(slots.slots, { kind: 'ring', ringSize: 10 }, createRng(1));
  expect([...source.trainables.keys()]).toEqual(['ring', 'd/bias']);
  expect(layer(tf.ones([2, 6]), { weights: source.generate(), isTraining: false }).shape).toEqual([2, 5]);
});
