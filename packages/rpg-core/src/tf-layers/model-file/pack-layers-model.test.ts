import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { imageModel } from '../../../test/ring-models.js';
import { accuracyOf, KEY, points } from '../../../test/small-models.js';
import type { RingFormat } from '../../model-file/ring-storage.js';
import { rpgify } from '../convert/rpgify.js';
import { rpgDense, rpgRing } from '../ring-fed-layers.js';
import { packLayersModel, packLayersModelFolder } from './pack-layers-model.js';
import { unpackLayersModel } from './unpack-layers-model.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const read = (tensor: tf.Tensor | tf.Tensor[]): number[] => [...(tensor as tf.Tensor).dataSync()];
const image = (): tf.Tensor => tf.randomNormal([2, 6, 6, 2], 0, 1, 'float32', 1);

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

test('two weights of one name', async () => {
  const model = imageModel();
  model.getLayer('norm').weights.forEach((weight) => {
    (weight as { originalName: string }).originalName = 'same';
  });
  await expect(packLayersModel(model)).rejects.toThrow(
    new RangeError("The model has two weights of the name 'same'; rename a layer."),
  );
});

const plain = (): tfl.LayersModel =>
  tfl.sequential({
    layers: [tfl.layers.dense({ units: 4, inputShape: [3], name: 'a' }), tfl.layers.dense({ units: 2, name: 'b' })],
  });

test('what is no model is told from one', async () => {
  const pack = packLayersModel as unknown as (model: unknown) => Promise<unknown>;
  await expect(pack(rpgify(plain(), { ringSize: 0.5, seed: 1 }))).rejects.toThrow(
    'packLayersModel: expected a tf.LayersModel; rpgify returns { model, counts }.',
  );
});
