import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { copyOf, fed, ring, sequential } from '../../test/ring-models.js';
import { rpgRing } from './ring-fed-layers.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test.each<{ what: string; run: () => unknown; error: string }>([
  {
    what: 'a ring larger than what it feeds',
    run: () => sequential(ring({ ringSize: 9 }), fed()).predict(tf.ones([1, 4])),
    error:
      "Ring 'r' has 9 elements but feeds 8 weights, expected at most as many elements (|W| ≤ Σ|K_i|). Make it smaller, or " +
      'put more layers on it.',
  },
  {
    what: 'a late layer',
    run: () => {
      const model = sequential(ring(), fed());
      model.predict(tf.ones([1, 4]));
      model.add(fed({ name: 'late' }));
    },
    error: "Ring 'r' was dealt out before late/kernel came; build all layers before weights are first read.",
  },
  {
    what: 'a layer added to a saved model',
    run: () => {
      const model = sequential(ring(), fed());
      const copy = copyOf(model);
      copy.add(fed({ name: 'new' }));
    },
    error:
      "Ring 'r' has no slot for new/kernel of [2, 2]; its slots were fixed when the model was saved or converted. Give new " +
      'layers a ring of their own.',
  },
  {
    what: 'a broken ring size',
    run: () => ring({ ringSize: 0.5 }),
    error:
      "Ring 'r': ringSize is 0.5, expected a positive integer: a number of elements; only rpgify and createWeightSource " +
      'also take shares.',
  },
  {
    what: 'a withheld seed',
    run: () => ring({ seed: null }),
    error:
      "Ring 'r' has no seed, expected a string or a number. If the model was saved with its seed withheld, " +
      'unpackLayersModel takes the seed.',
  },
  {
    what: 'two layers of one name',
    run: () => sequential(ring(), fed(), fed()),
    error: "Ring 'r' feeds d/kernel already; give each layer of a model its own name.",
  },
  {
    what: 'a regulariser that nobody knows',
    run: () => ring({ ringRegularizer: { className: 'toString', config: {} } }),
    error: "Unknown regulariser 'toString'; register its class with tf.serialization first.",
  },
])('refuses $what', ({ run, error }) => {
  expect(run).toThrow(new RangeError(error));
});

test.each<[unknown, string]>([
  [undefined, 'rpgRing: expected settings, at least { ringSize, seed }.'],
  [
    { ringSize: 2, seed: 1, reflects: false },
    "rpgRing: unknown setting 'reflects', expected ringSize, seed, sampling, reflect, ringStandardDeviation, ringRegularizer, slots, or what all " +
      'layers take: name, inputShape ….',
  ],
  [{ ringSize: 2, seed: 1, reflect: 'no' }, 'rpgRing: reflect is not true or false.'],
  [{ ringSize: 2, seed: NaN }, 'seed is NaN, expected a non-empty text or a finite number.'],
])('a ring of %o is refused', (settings, message) => {
  expect(() => (rpgRing as unknown as (settings: unknown) => unknown)(settings)).toThrow(message);
});

test('a ring that feeds nothing is told', () => {
  const ring = rpgRing({ ringSize: 2, seed: 1, name: 'r2', inputShape: [3] });
  const model = tfl.sequential({ layers: [ring, tfl.layers.dense({ units: 1 })] });
  expect(() => model.predict(tf.ones([1, 3]))).toThrow(
    "No layer takes its weights from ring 'r2'; put rpgDense or another behind it, or remove it.",
  );
});
