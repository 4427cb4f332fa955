import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors, type RingFormat } from '../src/index.js';
import {
  packLayersModel,
  packLayersModelFolder,
  rpgConv2d,
  rpgDense,
  rpgify,
  rpgRing,
  unpackLayersModel,
} from '../src/tf-layers/index.js';
import { accuracyOf, points } from './small-models.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Stands for a key made by createKey. */
const KEY = '3f8a1c5e9b2d7f604a8e1b3c5d7f9a20';
const read = (tensor: tf.Tensor | tf.Tensor[]): number[] => [...(tensor as tf.Tensor).dataSync()];
const image = (): tf.Tensor => tf.randomNormal([2, 6, 6, 2], 0, 1, 'float32', 1);

function imageModel(seed = 'Sesame_street/7'): tfl.Sequential {
  return tfl.sequential({
    layers: [
      rpgRing({ ringSize: 60, seed, inputShape: [6, 6, 2], name: 'ring' }),
      rpgConv2d({ filters: 4, kernelSize: 3, activation: 'relu', name: 'conv' }),
      tfl.layers.batchNormalization({ name: 'norm' }),
      tfl.layers.flatten(),
      rpgDense({ units: 3, name: 'head', biasInitializer: 'ones' }),
    ],
  });
}

test('comes back bit for bit, from a file and from a folder', async () => {
  const model = imageModel();
  for (const packed of [await packLayersModel(model, { metadata: { a: 'b' } }), await packLayersModelFolder(model)]) {
    const { model: loaded, metadata } = await unpackLayersModel(packed);
    expect(read(loaded.predict(image()))).toEqual(read(model.predict(image())));
    expect(metadata.a).toBe(packed instanceof Uint8Array ? 'b' : undefined);
    expect(await packLayersModel(loaded)).toEqual(await packLayersModel(model));
  }
});

test('a model of several rings and a model inside it', async () => {
  const inner = imageModel(`${KEY}/inner`);
  const input = tfl.input({ shape: [6, 6, 2] });
  const behind = rpgRing({ ringSize: 5, seed: `${KEY}/outer`, name: 'outer' }).apply(input) as tfl.SymbolicTensor;
  const middle = inner.apply(behind) as tfl.SymbolicTensor;
  const model = tfl.model({
    inputs: input,
    outputs: rpgDense({ units: 2, name: 'last' }).apply(middle) as tfl.SymbolicTensor,
  });
  const packed = await packLayersModel(model, { withholdSeed: true });
  const seeds: Record<string, string> = { ring: 'inner', outer: 'outer' };
  const { model: loaded } = await unpackLayersModel(packed, { seed: (name) => `${KEY}/${seeds[name]!}` });
  expect(read(loaded.predict(image()))).toEqual(read(model.predict(image())));
});

test.each<RingFormat>(['float16', 'int8'])('W as %s is smaller and within its bound', async (ringFormat) => {
  const model = imageModel();
  const packed = await packLayersModel(model, { ringFormat });
  expect(packed.length).toBeLessThan((await packLayersModel(model)).length);
  const { model: loaded } = await unpackLayersModel(packed);
  const [exact, stored] = [model, loaded].map((one) => read(one.getLayer('ring').getWeights()[0]!));
  const largest = Math.max(...exact!.map(Math.abs));
  exact!.forEach((value, i) => {
    const bound = ringFormat === 'int8' ? largest / 253.9 : Math.abs(value) * 2 ** -11;
    expect(Math.abs(value - stored![i]!)).toBeLessThanOrEqual(bound);
  });
  expect(loaded.getLayer('head').getWeights().map(read)).toEqual(model.getLayer('head').getWeights().map(read));
});

test('the seed keeps its letters, which tfjs would change in any other setting', async () => {
  const packed = await packLayersModel(imageModel('Sesame_street/7'));
  const { model } = await unpackLayersModel(packed);
  expect(model.getLayer('ring').getConfig().seed).toEqual({ name: 'Sesame_street/7' });
});

describe('a withheld seed', () => {
  test('is nowhere in the file, and loading says so', async () => {
    const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);
    expect(text(await packLayersModel(imageModel(KEY)))).toContain(KEY);
    const packed = await packLayersModel(imageModel(KEY), { withholdSeed: true });
    expect(text(packed)).not.toContain(KEY);
    await expect(unpackLayersModel(packed)).rejects.toThrow(
      new RangeError(
        "The model was saved with the seed of its ring 'ring' withheld; without it no weights can be generated. Pass it: " +
          'unpackLayersModel(bytes, { seed }).',
      ),
    );
  });

  test('that can be guessed is not withheld, nor one on which nothing depends', async () => {
    for (const pack of [packLayersModel, packLayersModelFolder]) {
      await expect(pack(imageModel(), { withholdSeed: true })).rejects.toThrow(
        new RangeError(
          "The ring 'ring' was drawn from a seed that can be guessed, so a file without it protects nothing. Train with a " +
            'key in its place, createKey() makes one; what was trained with another seed cannot be withheld.',
        ),
      );
    }
    const nothing = new RangeError(
      'No weight of this model is drawn from a seed, so that withholding it protects nothing.',
    );
    const plain = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [2] })] });
    await expect(packLayersModel(plain, { withholdSeed: true })).rejects.toThrow(nothing);
    const sequential = tfl.sequential({
      layers: [
        rpgRing({ ringSize: 2, seed: KEY, sampling: 'sequential', reflect: false, inputShape: [2] }),
        rpgDense({ units: 1 }),
      ],
    });
    await expect(packLayersModel(sequential, { withholdSeed: true })).rejects.toThrow(nothing);
  });

  test('a trained classifier needs the right one', async () => {
    const { x, labels } = points(256, 'train');
    const plain = tfl.sequential({
      layers: [
        tfl.layers.dense({ units: 40, activation: 'relu', inputShape: [10] }),
        tfl.layers.dense({ units: 8, activation: 'softmax' }),
      ],
    });
    const { model } = rpgify(plain, { ringSize: 0.5, seed: KEY });
    model.compile({ optimizer: tf.train.adam(0.03), loss: 'categoricalCrossentropy' });
    await model.fit(x, tf.oneHot(tf.tensor1d(labels, 'int32'), 8), { epochs: 12, batchSize: 64 });
    const accuracy = (one: tfl.LayersModel): number => accuracyOf((points) => one.predict(points) as tf.Tensor2D);
    expect(accuracy(model)).toBeGreaterThan(0.95);
    const packed = await packLayersModel(model, { withholdSeed: true });
    const right = await unpackLayersModel(packed, { seed: KEY });
    expect(accuracy(right.model)).toBe(accuracy(model));
    const wrong: number[] = [];
    for (let i = 0; i < 20; i++) {
      const { model: guessed } = await unpackLayersModel(packed, { seed: `guess ${i}` });
      wrong.push(accuracy(guessed));
      guessed.dispose();
    }
    const mean = wrong.reduce((sum, a) => sum + a, 0) / wrong.length;
    expect(Math.abs(mean - 1 / 8)).toBeLessThan(0.08);
    expect(Math.max(...wrong)).toBeLessThan(0.5);
  });
});

describe('what is refused', () => {
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
      error:
        "Layer 'head' asks for kernel of [64, 1000000000]; with it the model has more weights than its file holds.",
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
  ])('$what', async ({ change, error }) => {
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

  test('two weights of one name', async () => {
    const model = imageModel();
    model.getLayer('norm').weights.forEach((weight) => {
      (weight as { originalName: string }).originalName = 'same';
    });
    await expect(packLayersModel(model)).rejects.toThrow(
      new RangeError("The model has two weights of the name 'same'; rename a layer."),
    );
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
});
