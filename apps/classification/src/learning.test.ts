import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { countParameters, createRng, createWeightSource } from 'rpg-core';
import { resnet } from 'rpg-core/resnet';
import { loadBackend } from 'tensorflow-runtime';
import { sgd, trainStep } from 'training-kit';
import { beforeAll, describe, expect, test } from 'vitest';
import { configSchema } from './config.js';
import { classificationLoss } from './loss.js';
import { weightSourceConfig } from './model/weights.js';

beforeAll(async () => {
  await loadBackend({});
});

const small = { depth: 18, stem: 'cifar', numClasses: 4, width: 4 } as const;

describe.each([
  { weights: 'ring' },
  { weights: 'ring', scope: 'block' },
  { weights: 'shared' },
  { weights: 'independent' },
  { weights: 'ring', sampling: 'uneven' },
  { weights: 'ring', sampling: 'sequential', reflect: false },
] as const)('$weights $scope $sampling', (settings) => {
  const build = () => {
    const model = resnet(small);
    const source = createWeightSource(model.slots, weightSourceConfig(configSchema.parse(settings)), createRng(3));
    return { model, source };
  };

  test('learns eight images by heart, and keeps the number of tensors level', () => {
    const { model, source } = build();
    const images = tf.randomNormal<tf.Rank.R4>([8, 16, 16, 3], 0, 1, 'float32', 1);
    const labels = tf.tensor1d([0, 1, 2, 3, 0, 1, 2, 3], 'int32');
    const { trainables } = source;
    const optimizer = sgd(trainables, { momentum: 0.9 });
    const step = () =>
      trainStep({
        trainables,
        optimizer,
        learningRate: 0.05,
        loss: () => classificationLoss(model, source.generate(), { images, labels }),
      });
    const first = step();
    step();
    const numTensors = tf.memory().numTensors;
    let last = first;
    for (let i = 0; i < 60; i++) last = step();
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(last.loss).toBeLessThan(0.05 * first.loss);
    expect(last.accuracy).toBe(1);
    source.dispose();
  });

  test('counts what is trained', () => {
    const { source } = build();
    const { total } = countParameters(source);
    expect([...source.trainables.values()].reduce((sum, variable) => sum + variable.size, 0)).toBe(total);
    source.dispose();
  });
});

test('halving stems: an ImageNet image of 64 pixels becomes logits', () => {
  const model = resnet({ ...small, depth: 34, stem: 'imagenet', numClasses: 7 });
  const source = createWeightSource(model.slots, { kind: 'ring', ringSize: 100 }, createRng(1));
  const logits = model.apply(source.generate(), tf.zeros([2, 64, 64, 3]), { isTraining: false });
  expect(logits.shape).toEqual([2, 7]);
});
