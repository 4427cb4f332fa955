import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { projectOntoRing } from '../analysis/projection.js';
import { pruneFilters } from '../analysis/prune.js';
import { filterSimilarity } from '../analysis/similarity.js';
import { planRing } from '../ring/generation-plan.js';
import { createRng } from '../ring/rng.js';
import { rpgify } from '../tf-layers/convert/rpgify.js';
import { SlotCollector } from './slot.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const slots = new SlotCollector();
slots.declare({
  name: 'a',
  shape: [2, 3],
  role: 'backbone',
  initializer: { kind: 'normal', standardDeviation: 1 },
});

test('weights that diverged are not put on a ring', () => {
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 2, inputShape: [2], name: 'd' })] });
  const kernel = tf.tensor2d([[1, NaN], [2, 3]]); // prettier-ignore
  model.setWeights([kernel, tf.zeros([2])]);
  expect(() => rpgify(model, { ringSize: 2, seed: 1, initialize: 'project' })).toThrow(
    new RangeError("Layer 'd' holds NaN; the training that made it diverged."),
  );
});

test('a ring that diverged is neither pruned nor compared, weights that did are not projected', () => {
  const plan = planRing([slots.slots[0]!], { ringSize: 4 }, createRng(1));
  const ring = Float32Array.of(1, 2, NaN, 4);
  const error = new RangeError('The ring holds NaN; the training that made it diverged.');
  expect(() => pruneFilters(plan, ring, { share: 0.5 })).toThrow(error);
  expect(() => filterSimilarity(plan, ring)).toThrow(error);
  expect(() => projectOntoRing(plan, Float32Array.of(1, 2, 3, 4, 5, -Infinity))).toThrow(
    new RangeError('The list of weights holds -Infinity; the training that made it diverged.'),
  );
});
