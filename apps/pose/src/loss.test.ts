import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource } from 'rpg-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, expect, test } from 'vitest';
import { heatMapLoss, poseLoss } from './loss.js';
import { stackedHourglass } from './model/model.js';
import { weightModes, weightSourceConfig } from './model/weights.js';

beforeAll(async () => {
  await loadBackend({});
});

const read = (tensor: tf.Tensor): number => tensor.dataSync()[0]!;

test('is the mean over batch, pixels and joints; joints of weight 0 add nothing', () => {
  const maps = tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2]); // joint 0: 1, 3; joint 1: 2, 4
  const targets = tf.tensor4d([0, 0, 1, 1], [1, 1, 2, 2]);
  const before = tf.memory().numTensors;
  expect(read(heatMapLoss(maps, targets, tf.tensor2d([[1, 1]])))).toBe((1 + 4 + 4 + 9) / 4);
  expect(read(heatMapLoss(maps, targets, tf.tensor2d([[1, 0]])))).toBe((1 + 4) / 4);
  expect(read(heatMapLoss(maps, targets, tf.tensor2d([[0, 0]])))).toBe(0);
  expect(tf.memory().numTensors).toBe(before + 6); // three results, three weights
});

const tiny = { numStacks: 2, inputSize: 16, widthMultiplier: 1 / 16, depth: 1 };

test('every sub-network is held against the targets', () => {
  const model = stackedHourglass(tiny);
  const source = createWeightSource(model.slots, { kind: 'independent' }, createRng(1));
  const weights = source.generate();
  const images = tf.randomUniform<tf.Rank.R4>([2, 16, 16, 3], 0, 1, 'float32', 1);
  const targets = tf.randomUniform<tf.Rank.R4>([2, 4, 4, 16], 0, 1, 'float32', 2);
  const jointWeights = tf.ones<tf.Rank.R2>([2, 16]);
  const { loss, metrics } = poseLoss(model, weights, { images, targets, jointWeights });
  const [first, second] = model
    .apply(weights, images, { isTraining: true })
    .map((maps) => read(heatMapLoss(maps, targets, jointWeights)));
  expect(read(loss)).toBeCloseTo(first! + second!, 6);
  expect(read(metrics!.lastStackLoss!)).toBeCloseTo(second!, 6);
  source.dispose();
});

test.each(weightModes)('gradients through two tiny hourglasses agree with central differences: %s', (mode) => {
  const model = stackedHourglass(tiny);
  const source = createWeightSource(model.slots, weightSourceConfig(model.slots, { weights: mode }), createRng(5));
  const images = tf.randomUniform<tf.Rank.R4>([16, 16, 16, 3], 0, 1, 'float32', 3);
  const targets = tf.randomUniform<tf.Rank.R4>([16, 4, 4, 16], 0, 1, 'float32', 4);
  const jointWeights = tf.tensor2d(
    Array.from({ length: 256 }, (_, i) => (i % 5 === 0 ? 0 : 1)),
    [16, 16],
  );
  const loss = (): tf.Scalar => poseLoss(model, source.generate(), { images, targets, jointWeights }).loss;
  const { grads } = tf.variableGrads(loss, [...source.trainables.values()]);
  const backbone = mode === 'independent' ? 'stack1/hourglass/level1/bottom/conv2/kernel' : 'ring';
  for (const name of [backbone, 'stem/residual3/conv2/kernel', 'stack1/hourglass/level1/after/conv3/norm/gamma']) {
    const variable = source.trainables.get(name)!;
    const gradient = grads[variable.name]!.dataSync<'float32'>();
    const start = variable.dataSync<'float32'>().slice();
    const slope = Math.hypot(...gradient);
    // Along its own direction the loss rises by the gradient's length.
    const at = (distance: number): number => {
      variable.assign(
        tf.tensor(
          start.map((value, i) => value + (distance * gradient[i]!) / slope),
          variable.shape,
        ),
      );
      return read(tf.tidy(loss));
    };
    const step = 0.0003; // norms and ReLUs bend soon
    const difference = (at(step) - at(-step)) / (2 * step);
    expect(Math.abs(difference / slope - 1), name).toBeLessThan(0.05);
    variable.assign(tf.tensor(start, variable.shape));
  }
  source.dispose();
});
