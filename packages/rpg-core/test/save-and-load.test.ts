import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { unpackModel } from '../src/model-file/load-model.js';
import type { RingFormat } from '../src/model-file/ring-storage.js';
import { packModel, packModelFolder } from '../src/model-file/save-model.js';
import type { WeightSource } from '../src/weights/weight-source.js';
import {
  accuracyOf,
  configs,
  KEY,
  smallClassifier,
  smallSlots,
  smallSource,
  trainedClassifier,
  valuesOf,
} from './small-models.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const bits = (values: Float32Array): Uint8Array => new Uint8Array(values.slice().buffer);

describe.each(Object.keys(configs))('%s', (name) => {
  test('comes back bit for bit, from a file and from a folder', async () => {
    const source = smallSource(name);
    const expected = valuesOf(source);
    for (const packed of [await packModel(source), await packModelFolder(source)]) {
      const { source: loaded } = await unpackModel(packed, { slots: smallSlots() });
      expect(bits(valuesOf(loaded))).toEqual(bits(expected));
      expect([...loaded.trainables.keys()]).toEqual([...source.trainables.keys()]);
      expect([...loaded.statistics.keys()]).toEqual([...source.statistics.keys()]);
      expect(loaded.slots).toEqual(source.slots);
      expect([loaded.ringSize, loaded.numGenerated]).toEqual([source.ringSize, source.numGenerated]);
      expect([...loaded.plans]).toEqual([...source.plans]);
      expect(await packModel(loaded)).toEqual(await packModel(source));
    }
  });

  test.each<[RingFormat, (largest: number) => number]>([
    ['float16', (largest) => largest * 2 ** -11],
    ['int8', (largest) => (largest / 254) * (1 + 2 ** -22)],
  ])('as %s the rings are within the bound, all else is exact', async (ringFormat, bound) => {
    const source = smallSource(name);
    const { source: loaded } = await unpackModel(await packModel(source, { ringFormat }));
    for (const [variable, exact] of [...source.trainables, ...source.statistics]) {
      const [a, b] = [exact, loaded.trainables.get(variable) ?? loaded.statistics.get(variable)!].map((v) =>
        v.dataSync(),
      );
      const largest = source.plans.has(variable) ? Math.max(...[...a!].map(Math.abs)) : 0;
      a!.forEach((value, i) => {
        expect(Math.abs(value - b![i]!)).toBeLessThanOrEqual(largest === 0 ? 0 : bound(largest));
      });
    }
  });

  test('leaves no tensors behind, nor when loading fails', async () => {
    const before = tf.memory().numTensors;
    const source = smallSource(name);
    const packed = await packModel(source);
    (await unpackModel(packed)).source.dispose();
    await expect(unpackModel(packed, { slots: [] })).rejects.toThrow('The file is of another model');
    source.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('without a withheld seed loading fails, with it the answers are the same, with a wrong one they are at chance', async () => {
  const classifier = smallClassifier();
  const accuracy = (source: WeightSource): number => accuracyOf((x) => classifier.logits(source, x));
  const source = trainedClassifier(classifier, KEY);
  const trained = accuracy(source);
  expect(trained).toBeGreaterThan(0.95);
  const packed = await packModel(source, { withholdSeed: true });
  await expect(unpackModel(packed)).rejects.toThrow(
    new RangeError(
      'The model was saved with its seed withheld; its weights need it. Pass it: unpackModel(bytes, { seed }).',
    ),
  );
  const right = await unpackModel(packed, { seed: KEY });
  expect(accuracy(right.source)).toBe(trained);

  const accuracies: number[] = [];
  for (let i = 0; i < 40; i++) {
    const wrong = await unpackModel(packed, { seed: `guess ${i}` });
    accuracies.push(accuracy(wrong.source));
    wrong.source.dispose();
  }
  const mean = accuracies.reduce((sum, a) => sum + a, 0) / accuracies.length;
  const deviation = Math.sqrt(accuracies.reduce((sum, a) => sum + (a - mean) ** 2, 0) / (accuracies.length - 1));
  // Chance is 1/8. One untrained network may do better or worse; the mean of 40 is within 4 standard errors.
  expect(Math.abs(mean - 1 / 8)).toBeLessThan((4 * deviation) / Math.sqrt(accuracies.length));
  expect(Math.max(...accuracies)).toBeLessThan(0.5);
});

test('smaller formats cost the classifier little', async () => {
  const classifier = smallClassifier();
  const accuracy = (source: WeightSource): number => accuracyOf((x) => classifier.logits(source, x));
  const source = trainedClassifier(classifier, 'x');
  for (const ringFormat of ['float16', 'int8'] as const) {
    const { source: loaded } = await unpackModel(await packModel(source, { ringFormat }));
    expect(accuracy(loaded)).toBeGreaterThan(accuracy(source) - 0.02);
  }
});
