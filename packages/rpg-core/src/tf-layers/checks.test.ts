import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { packLayersModel } from './pack-layers-model.js';
import { rpgify } from './rpgify.js';
import { unpackLayersModel } from './unpack-layers-model.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const plain = (): tf.LayersModel =>
  tf.sequential({
    layers: [tf.layers.dense({ units: 4, inputShape: [3], name: 'a' }), tf.layers.dense({ units: 2, name: 'b' })],
  });

test('one seed for two rings is refused: it would be garbage that nobody notices', async () => {
  const { model } = rpgify(plain(), { ringSize: 0.5, seed: 1, scope: (name) => name });
  const bytes = await packLayersModel(model, { withholdSeed: true });
  await expect(unpackLayersModel(bytes, { seed: 1 })).rejects.toThrow(
    "The model has 2 rings ('rpg_ring_a', 'rpg_ring_b') whose seeds were withheld; pass seed: (ringName) => …. rpgify " +
      'gave each ring the seed SEED/RINGNAME.',
  );
  const x = tf.ones([1, 3]);
  const { model: loaded } = await unpackLayersModel(bytes, { seed: (name) => `1/${name}` });
  expect((loaded.predict(x) as tf.Tensor).dataSync()).toEqual((model.predict(x) as tf.Tensor).dataSync());
  await expect(unpackLayersModel(bytes, { seed: () => '' })).rejects.toThrow('seed is an empty text');
  await expect(unpackLayersModel(await packLayersModel(model), { seed: 1 })).rejects.toThrow(
    'The model holds its own seed; load it without one.',
  );
});

test.each<[object, string]>([
  [{ initialise: 'project' }, "rpgify: unknown option 'initialise', expected ringSize, seed, scope, exclude"],
  [{ initialize: 'x' }, "rpgify: initialize is not 'random' or 'project'."],
  [{ scope: 'local' }, "rpgify: scope is not 'global' or a function from a layer's name."],
  [{ exclude: 'head' }, 'rpgify: exclude is not a list of names or a function.'],
  [{ reflect: 'no' }, 'rpgify: reflect is not true or false.'],
  [{ seed: null }, 'seed is null, expected a non-empty text or a finite number.'],
])('%o is refused', (options, message) => {
  expect(() => rpgify(plain(), { ringSize: 0.5, seed: 1, ...options })).toThrow(message);
});

test('what is no model is told from one', async () => {
  const pack = packLayersModel as unknown as (model: unknown) => Promise<unknown>;
  await expect(pack(rpgify(plain(), { ringSize: 0.5, seed: 1 }))).rejects.toThrow(
    'packLayersModel: expected a tf.LayersModel; rpgify returns { model, counts }.',
  );
});
