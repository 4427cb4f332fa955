import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { rpgify } from './convert/rpgify.js';
import { packLayersModel } from './model-file/pack-layers-model.js';
import { unpackLayersModel } from './model-file/unpack-layers-model.js';
import { rpgDense, rpgRing } from './ring-fed-layers.js';

/** Stands for a key made by createKey. */
const KEY = '3f8a1c5e9b2d7f604a8e1b3c5d7f9a20';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const plain = (): tf.LayersModel =>
  tf.sequential({
    layers: [tf.layers.dense({ units: 4, inputShape: [3], name: 'a' }), tf.layers.dense({ units: 2, name: 'b' })],
  });

test('one seed for two rings is refused: it would be garbage that nobody notices', async () => {
  const { model } = rpgify(plain(), { ringSize: 0.5, seed: KEY, scope: (name) => name });
  const bytes = await packLayersModel(model, { withholdSeed: true });
  await expect(unpackLayersModel(bytes, { seed: 1 })).rejects.toThrow(
    "The model has 2 rings ('rpg_ring_a', 'rpg_ring_b') whose seeds were withheld; pass seed: (ringName) => …. rpgify " +
      'gave each ring the seed SEED/RINGNAME.',
  );
  const x = tf.ones([1, 3]);
  const { model: loaded } = await unpackLayersModel(bytes, { seed: (name) => `${KEY}/${name}` });
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
  [{ scope: () => 7 }, "rpgify: scope gives 7 for layer 'a', expected a text of letters, digits and _ . - /."],
  [{ scope: () => 'a b' }, "rpgify: scope gives 'a b' for layer 'a', expected a text of letters, digits and _ . - /."],
  [
    { ringSize: 0.01 },
    'Ring size is 0.01, a share that comes to 0 of 20 elements, expected a share above 0 and up to 1, which is all',
  ],
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

test.each<[unknown, string]>([
  [undefined, 'rpgRing: expected settings, at least { ringSize, seed }.'],
  [
    { ringSize: 2, seed: 1, reflects: false },
    "rpgRing: unknown setting 'reflects', expected ringSize, seed, sampling, reflect, ringRegularizer, slots, or what all " +
      'layers take: name, inputShape ….',
  ],
  [{ ringSize: 2, seed: 1, reflect: 'no' }, 'rpgRing: reflect is not true or false.'],
  [{ ringSize: 2, seed: NaN }, 'seed is NaN, expected a non-empty text or a finite number.'],
])('a ring of %o is refused', (settings, message) => {
  expect(() => (rpgRing as unknown as (settings: unknown) => unknown)(settings)).toThrow(message);
});

test('a ring that feeds nothing is told', () => {
  const ring = rpgRing({ ringSize: 2, seed: 1, name: 'r2', inputShape: [3] });
  const model = tf.sequential({ layers: [ring, tf.layers.dense({ units: 1 })] });
  expect(() => model.predict(tf.ones([1, 3]))).toThrow(
    "No layer takes its weights from ring 'r2'; put rpgDense or another behind it, or remove it.",
  );
});

test('an unknown ring among several is told from the known ones', () => {
  const input = tf.input({ shape: [3] });
  const first = rpgRing({ ringSize: 2, seed: 1, name: 'r1' }).apply(input) as tf.SymbolicTensor;
  const both = rpgRing({ ringSize: 2, seed: 2, name: 'r2' }).apply(first) as tf.SymbolicTensor;
  expect(() => rpgDense({ units: 1, name: 'd', ring: 'r3' }).apply(both)).toThrow(
    /^Layer 'd' wants the ring 'r3' upstream, but there is 'r[12]', 'r[12]'; use one of these names in `ring`\.$/,
  );
});
