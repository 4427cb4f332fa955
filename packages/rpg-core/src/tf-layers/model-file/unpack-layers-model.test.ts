import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { imageModel } from '../../../test/ring-models.js';
import { KEY } from '../../../test/small-models.js';
import { decodeSafetensors, encodeSafetensors } from '../../model-file/safetensors.js';
import { rpgify } from '../convert/rpgify.js';
import { packLayersModel } from './pack-layers-model.js';
import { unpackLayersModel } from './unpack-layers-model.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

type Json = Record<string, never>;
const spoiled = async (change: (manifest: never) => void, options = {}): Promise<Uint8Array> => {
  const { tensors, metadata } = decodeSafetensors(await packLayersModel(imageModel(), options));
  const manifest = JSON.parse(metadata['rpg-model']!) as Json;
  change(manifest as never);
  return encodeSafetensors(tensors, { 'rpg-model': JSON.stringify(manifest) });
};
interface Layer {
  class_name: string;
  config: Record<string, unknown>;
}
interface Manifest {
  version: number;
  content: string;
  topology: { config: { layers: Layer[] } } & Record<string, unknown>;
  rings: Record<string, unknown>[];
}

test.each<{ what: string; change: (m: Manifest) => void; error: string }>([
  {
    what: 'a later version',
    change: (m) => (m.version = 3),
    error: 'The model has version 3, this rpg-core reads 1; use the release that wrote it.',
  },
  {
    what: 'a model of slots',
    change: (m) => (m.content = 'slots'),
    error: 'unpackLayersModel reads models of layers, this one holds slots; use unpackModel.',
  },
  {
    what: 'a topology that is none',
    change: (m) => (m.topology = 3 as never),
    error: 'manifest.topology is not an object.',
  },
  {
    what: 'a layer of a billion units',
    change: (m) => (m.topology.config.layers[4]!.config = { name: 'head', units: 1e9 }),
    error:
      "Ring 'ring' has a slot of [64, 3] for head/kernel of [64, 1000000000]; its slots were fixed when the model was saved or converted. Give new layers a ring of their own.",
  },
  {
    what: 'a stock layer of a billion units',
    change: (m) => (m.topology.config.layers[4] = { class_name: 'Dense', config: { name: 'head', units: 1e9 } }),
    error: "Layer 'head' asks for kernel of [64, 1000000000]; with it the model has more weights than its file holds.",
  },
  {
    what: 'a ring of a billion elements',
    change: (m) => (m.topology.config.layers[0]!.config.ring_size = 1e9),
    error: "Layer 'ring' asks for ring of [1000000000]; with it the model has more weights than its file holds.",
  },
  {
    what: 'a ring in disguise',
    change: (m) => {
      m.topology.config.layers[0]!.class_name = 'Rpg_ring';
      m.topology.config.layers[0]!.config.seed = 1;
      m.topology.config.layers[0]!.config.ring_size = 1e9;
    },
    error: "Layer 'ring' asks for ring of [1000000000]; with it the model has more weights than its file holds.",
  },
  {
    what: 'slots beyond all bounds',
    change: (m) =>
      (m.topology.config.layers[0]!.config.slots as unknown[]).push({
        name: 'x',
        shape: [2 ** 30, 2 ** 30],
        standard_deviation: 1,
      }),
    error: 'The model generates more than 134217728 weights; raise maxGenerated to load it all the same.',
  },
  {
    what: 'slots that are none',
    change: (m) => (m.topology.config.layers[0]!.config.slots = [{ name: 'x' }]),
    error: `The model's topology cannot be built: Ring 'ring': slots[0] lacks "shape"; its fields are name, shape, standardDeviation.`,
  },
  {
    what: 'a key that changes prototypes',
    change: (m) => (m.topology.config = JSON.parse('{"__proto__":{}}') as never),
    error: "The model's topology has the key __proto__, which has no place there.",
  },
  {
    what: 'a ring that the manifest lacks',
    change: (m) => (m.rings = []),
    error:
      "The model was saved with the seed of its ring 'ring' withheld; without it no weights can be generated. Pass it: unpackLayersModel(bytes, { seed }).",
  },
  {
    what: 'a ring that the topology lacks',
    change: (m) => {
      const [first] = m.topology.config.layers;
      m.topology.config.layers = [
        {
          class_name: 'Activation',
          config: { name: 'ring', activation: 'linear', batch_input_shape: first!.config.batch_input_shape },
        },
        { class_name: 'Flatten', config: { name: 'f' } },
      ];
    },
    error: "The model's topology has the rings '', its manifest 'ring'.",
  },
  {
    what: 'a ring with a tensor of another type',
    change: (m) => (m.rings[0]!.storage = { dtype: 'F16', step: null }),
    error: "The model's tensor 'ring/ring' is F32 of [60], expected F16 of [60].",
  },
  {
    what: 'an unknown layer',
    change: (m) => (m.topology.config.layers[2]!.class_name = 'Telepathy'),
    error: "The model's topology cannot be built: Unknown layer: Telepathy.",
  },
  {
    what: 'a missing layer',
    change: (m) => m.topology.config.layers.splice(2, 1),
    error: `The model has a tensor "norm/gamma" that nothing uses.`,
  },
])('refuses $what', async ({ change, error }) => {
  const bytes = await spoiled(change);
  const before = tf.memory().numTensors;
  const failure = await unpackLayersModel(bytes).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(failure).toBeInstanceOf(Error);
  expect((failure as Error).message.slice(0, error.length)).toBe(error);
  expect(tf.memory().numTensors).toBe(before);
});

test('spoiled topologies end in errors, without leaks and in little memory', async () => {
  const { tensors, metadata } = decodeSafetensors(await packLayersModel(imageModel()));
  const text = metadata['rpg-model']!;
  const numbers = [
    ...text.matchAll(/(?<=[[:,])-?\d+(\.\d+)?(?=[\],}])|(?<=[[:,])(null|true|false)(?=[\],}])|"[a-zA-Z_]+"/g),
  ];
  const value = fc.constantFrom(
    '0',
    '-1',
    '1e9',
    '2.5',
    'null',
    '[]',
    '{}',
    '"ring"',
    '"__proto__"',
    '[1e9,1e9]',
    'true',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...numbers), value), { minLength: 1, maxLength: 2 }),
      async (edits) => {
        let spoiledText = text;
        for (const [{ index, 0: old }, replacement] of edits.sort(([a], [b]) => b.index - a.index)) {
          spoiledText = spoiledText.slice(0, index) + replacement + spoiledText.slice(index + old.length);
        }
        const before = tf.memory().numTensors;
        const bytes = encodeSafetensors(tensors, { 'rpg-model': spoiledText });
        await unpackLayersModel(bytes, { maxGenerated: 5000 }).then(
          ({ model }) => model.dispose(),
          (error: unknown) => {
            expect(error instanceof RangeError || error instanceof TypeError).toBe(true);
          },
        );
        expect(tf.memory().numTensors).toBe(before);
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});

test('one seed for two rings is refused: it would be garbage that nobody notices', async () => {
  const plain = tfl.sequential({
    layers: [tfl.layers.dense({ units: 4, inputShape: [3], name: 'a' }), tfl.layers.dense({ units: 2, name: 'b' })],
  });
  const { model } = rpgify(plain, { ringSize: 0.5, seed: KEY, scope: (name) => name });
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
