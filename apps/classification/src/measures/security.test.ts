// A network of one generated kernel and a bias, which tells pure colours apart, in the hands of those who lack its arrangement.
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource, SlotCollector, type WeightSource } from 'rpg-core';
import { projectOntoRing } from 'rpg-core/analysis';
import type { Classifier } from 'rpg-core/resnet';
import { loadBackend } from 'tensorflow-runtime';
import type { Split } from 'training-kit/labelled-images';
import { beforeAll, describe, expect, test } from 'vitest';
import { configSchema } from '../config.js';
import type { Dataset } from '../data/dataset.js';
import { weightSourceConfig } from '../model/weights.js';
import { accuracyByKnowledge, accuracyOfThieves } from './security.js';

beforeAll(async () => {
  await loadBackend({});
});

function colourModel(): Classifier {
  const slots = new SlotCollector();
  const initializer = { kind: 'normal', standardDeviation: 0.1 } as const;
  const kernel = slots.declare({ name: 'kernel', shape: [3, 3], role: 'backbone', initializer });
  const bias = slots.declare({ name: 'bias', shape: [3], role: 'head', initializer: { kind: 'constant', value: 0 } });
  return {
    slots: slots.slots,
    numClasses: 3,
    firstKernel: kernel,
    precision: 'float32',
    apply: (weights, images) =>
      tf.tidy(() => {
        const colours = tf.reshape<tf.Rank.R2>(images, [-1, 3]);
        return tf.add(tf.matMul(colours, weights.get(kernel) as tf.Tensor2D), weights.get(bias));
      }),
    featureMaps: (_, images) => images.clone(),
  };
}

/** One pixel an image, red, green or blue: its class. */
function colours(labels: readonly number[]): Split {
  const batch = {
    numExamples: labels.length,
    images: Float32Array.from(labels.flatMap((label) => [0, 1, 2].map((channel) => Number(channel === label)))),
    labels: Int32Array.from(labels),
    imageShape: [1, 1, 3],
  } as const;
  return {
    ...batch,
    trainBatches: async function* ({ fromStep, toStep }) {
      await Promise.resolve();
      for (let step = fromStep; step < toStep; step++) yield { ...batch, step, waitMs: 0 };
    },
    evalBatches: () => [{ ...batch, examples: Int32Array.from(labels.keys()) }],
    imageAt: () => Promise.reject(new Error('not asked for')),
    select: (indices) => colours(Array.from(indices, (index) => labels[index]!)),
    identify: () => ({ numExamples: labels.length, digest: '' }),
  };
}

/** The kernel is 200 times the identity, the bias (0, 0, 100): all colours are told apart. */
function trained(settings: object) {
  const config = configSchema.parse({ ringSize: 1, learningRate: 1e-9, weightDecay: 0, batchSize: 4, ...settings });
  const model = colourModel();
  const source = createWeightSource(model.slots, weightSourceConfig(config), createRng('trained'));
  const identity = Float32Array.of(200, 0, 0, 0, 200, 0, 0, 0, 200);
  const [plan] = source.plans.values();
  const assign = (name: string, values: Float32Array): void => {
    const value = tf.tensor1d(values);
    source.trainables.get(name)!.assign(value);
    value.dispose();
  };
  if (plan !== undefined) assign('ring', projectOntoRing(plan, identity).ring);
  assign('bias', Float32Array.of(0, 0, 100));
  const split = colours([0, 1, 2, 0, 1, 2]);
  const dataset = { train: split, test: split } as unknown as Dataset;
  return { config, model, source, dataset };
}
const numbersOf = (source: WeightSource): number[] =>
  [...source.trainables.values()].flatMap((variable) => [...variable.dataSync()]);

describe('by knowledge', () => {
  const tries = { numWrongSeeds: 20, knownShares: [0, 0.5] };

  test('the right arrangement is right, a guessed one far less, and the network stays as it is', async () => {
    const network = trained({});
    const before = numbersOf(network.source);
    const { numTensors } = tf.memory();
    const found = await accuracyByKnowledge(network, tries, createRng(1));
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(numbersOf(network.source)).toEqual(before);
    expect(Object.keys(found)).toEqual(['rightTop1', 'wrongSeedTop1', 'known/1', 'known/0', 'known/0.5']);
    expect([found.rightTop1, found['known/1']]).toEqual([1, 1]);
    expect(found.wrongSeedTop1).toBeLessThan(0.5); // of three classes, one third is chance
    expect(await accuracyByKnowledge(network, tries, createRng(1))).toEqual(found);
    network.source.dispose();
  });

  test('without permutation and reflection nothing is secret', async () => {
    const network = trained({ sampling: 'sequential', reflect: false });
    const found = await accuracyByKnowledge(network, tries, createRng(1));
    expect(new Set(Object.values(found))).toEqual(new Set([1]));
    network.source.dispose();
  });

  test('a plain network has no arrangement', async () => {
    const network = trained({ weights: 'independent' });
    await expect(accuracyByKnowledge(network, tries, createRng(1))).rejects.toThrow(
      new RangeError('weights is independent: there is no ring, and no arrangement to be kept secret.'),
    );
    network.source.dispose();
  });
});

describe('thieves', () => {
  const theft = { stolenShare: 0.5, stolenEpochs: 2 };
  const notes: string[] = [];
  const note = (line: string): void => void notes.push(line);

  test('what each begins with, seen at a rate that changes nothing', async () => {
    const network = trained({ sampling: 'sequential', reflect: false }); // anybody's arrangement is the right one
    const { numTensors } = tf.memory();
    const found = await accuracyOfThieves(network, theft, createRng(1), note);
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(found.stolenTop1).toBe(1);
    expect(found.stolenButRingTop1).toBeCloseTo(1 / 3, 6); // the stolen bias says blue of everything
    expect(notes.map((line) => line.split(':')[0])).toEqual([
      'stolenTop1 after 2 steps on 3 images', // three images are one batch
      'stolenButRingTop1 after 2 steps on 3 images',
      'fromNothingTop1 after 2 steps on 3 images',
    ]);
    network.source.dispose();
  });

  test('all learn', async () => {
    const network = trained({ learningRate: 10, momentum: 0 });
    const found = await accuracyOfThieves(network, { stolenShare: 1, stolenEpochs: 60 }, createRng(1), note);
    expect(found).toEqual({ stolenTop1: 1, stolenButRingTop1: 1, fromNothingTop1: 1 });
    expect((await accuracyByKnowledge(network, { numWrongSeeds: 1, knownShares: [] }, createRng(1))).rightTop1).toBe(1);
    network.source.dispose();
  });
});
