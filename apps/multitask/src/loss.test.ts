import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource } from 'rpg-core';
import { loadBackend } from 'tensorflow-runtime';
import { adam, trainStep } from 'training-kit';
import { beforeAll, describe, expect, test } from 'vitest';
import { type MultitaskBatch, multitaskLoss, normalsLoss } from './loss.js';
import { depthGradientLoss, depthLoss, logDepthsOf } from './loss/depth-loss.js';
import { stackedSharpNet } from './model/model.js';
import { normSharingOf, type WeightMode, weightModes, weightSourceConfig } from './model/weights.js';

beforeAll(async () => {
  await loadBackend({});
});

const read = (tensor: tf.Tensor): number => tensor.dataSync()[0]!;

describe('normalsLoss', () => {
  const truth = tf.tidy(() => tf.tensor4d([1, 0, 0, 0, 1, 0, 0, 0, 1, NaN, NaN, NaN], [1, 2, 2, 3]));
  const mask = tf.tensor3d([1, 1, 1, 0], [1, 2, 2]);

  test('by hand: equal, at right angles, opposite, unknown', () => {
    const predicted = tf.tensor4d([1, 0, 0, 0, 0, 1, 0, 0, -1, 1, 0, 0], [1, 2, 2, 3]);
    const before = tf.memory().numTensors;
    const loss = normalsLoss(predicted, truth, mask);
    expect(read(loss)).toBeCloseTo((0 + 1 + 2) / 3, 6);
    expect(tf.memory().numTensors).toBe(before + 1);
  });

  test('its gradient is −n over the number of known pixels, and 0 at unknown ones', () => {
    const predicted = tf.fill([1, 2, 2, 3], 0.5);
    const gradient = tf.grad((p) => normalsLoss(p as tf.Tensor4D, truth, mask))(predicted);
    const third = expect.closeTo(-1 / 3, 6) as number;
    const zero = expect.closeTo(0, 6) as number;
    const expected = [third, zero, zero, zero, third, zero, zero, zero, third, zero, zero, zero];
    expect([...gradient.dataSync()]).toEqual(expected);
  });

  test('0 without known pixels', () => {
    expect(read(normalsLoss(tf.ones([1, 2, 2, 3]), truth, tf.zeros([1, 2, 2])))).toBe(0);
  });
});

const BATCH_SIZE = 2;
const INPUT_SIZE = 32;

/** A step in depth with a slanted wall behind it; some pixels are missing. */
function testBatch(): MultitaskBatch {
  const pixels = Array.from({ length: BATCH_SIZE * INPUT_SIZE * INPUT_SIZE }, (_, i) => {
    const x = i % INPUT_SIZE;
    const y = Math.floor(i / INPUT_SIZE) % INPUT_SIZE;
    return { isNear: x > 12 && y > 10 && x < 25, isMissing: (x + 3 * y) % 17 === 0, x };
  });
  const shape: [number, number, number] = [BATCH_SIZE, INPUT_SIZE, INPUT_SIZE];
  const mask = tf.tensor3d(
    pixels.map(({ isMissing }) => (isMissing ? 0 : 1)),
    shape,
  );
  return {
    images: tf.tensor4d(
      pixels.flatMap(({ isNear, x }) => [isNear ? 0.8 : 0.2, x / INPUT_SIZE, 0.5]),
      [...shape, 3],
    ),
    depths: tf.tensor3d(
      pixels.map(({ isNear, x, isMissing }) => (isMissing ? 0 : isNear ? 1.5 : 3 + x / INPUT_SIZE)),
      shape,
    ),
    depthMask: mask,
    normals: tf.tensor4d(
      pixels.flatMap(({ isNear }) => (isNear ? [0, 0, -1] : [0.6, 0, -0.8])),
      [...shape, 3],
    ),
    normalsMask: mask,
  };
}

function build(weights: WeightMode) {
  const model = stackedSharpNet({
    numStacks: 2,
    inputSize: INPUT_SIZE,
    widthMultiplier: 1 / 16,
    norms: normSharingOf(weights),
  });
  const source = createWeightSource(model.slots, weightSourceConfig(model.slots, { weights }), createRng(3));
  return { model, source };
}

test('adds up all sub-networks’ losses, weighted; the metrics are the last one’s', () => {
  const { model, source } = build('independent');
  const weights = source.generate();
  const batch = testBatch();
  const parts = model.apply(weights, batch.images, { isTraining: true }).map(({ depths, normals }) => {
    const logDepths = logDepthsOf(depths, { depths: batch.depths, mask: batch.depthMask });
    return {
      depth: read(depthLoss(logDepths)),
      gradient: read(depthGradientLoss(logDepths)),
      normals: read(normalsLoss(normals, batch.normals, batch.normalsMask)),
    };
  });
  const { loss, metrics } = multitaskLoss(model, weights, batch);
  const expected = parts.reduce((sum, part) => sum + part.depth + 0.1 * part.gradient + 0.5 * part.normals, 0);
  expect(read(loss)).toBeCloseTo(expected, 4);
  expect(read(metrics!.depthLoss!)).toBeCloseTo(parts[1]!.depth, 5);
  expect(read(metrics!.gradientLoss!)).toBeCloseTo(parts[1]!.gradient, 5);
  expect(read(metrics!.normalsLoss!)).toBeCloseTo(parts[1]!.normals, 5);
  const onlyNormals = multitaskLoss(model, weights, batch, { depth: 0, gradient: 0, normals: 2 });
  expect(read(onlyNormals.loss)).toBeCloseTo(2 * (parts[0]!.normals + parts[1]!.normals), 4);
  source.dispose();
});

test('a batch in which nothing is known teaches nothing, and is no NaN', () => {
  const { model, source } = build('ring');
  const nothing = tf.zeros<tf.Rank.R3>([BATCH_SIZE, INPUT_SIZE, INPUT_SIZE]);
  const batch = { ...testBatch(), depthMask: nothing, normalsMask: nothing };
  const loss = (): tf.Scalar => multitaskLoss(model, source.generate(), batch).loss;
  const { value, grads } = tf.variableGrads(loss, [...source.trainables.values()]);
  expect(read(value)).toBe(0);
  for (const gradient of Object.values(grads)) expect(read(tf.max(tf.abs(gradient)))).toBe(0);
  source.dispose();
});

/** Noise in a batch large enough for norms to be smooth: pixels that jump make a function full of bends. */
function smoothBatch(): MultitaskBatch {
  const shape: [number, number, number] = [12, INPUT_SIZE, INPUT_SIZE];
  const mask = tf.tensor3d(
    Array.from({ length: 12 * INPUT_SIZE ** 2 }, (_, i) => (i % 19 === 0 ? 0 : 1)),
    shape,
  );
  return {
    images: tf.randomUniform([...shape, 3], 0, 1, 'float32', 1),
    depths: tf.randomUniform(shape, 1, 5, 'float32', 2),
    depthMask: mask,
    normals: tf.fill([...shape, 3], Math.sqrt(1 / 3)),
    normalsMask: mask,
  };
}

test.each(weightModes)('gradients through two tiny SharpNets agree with central differences: %s', (mode) => {
  const { model, source } = build(mode);
  const batch = smoothBatch();
  const loss = (): tf.Scalar => multitaskLoss(model, source.generate(), batch).loss;
  const { grads } = tf.variableGrads(loss, [...source.trainables.values()]);
  const backbone = {
    independent: 'stack1/encoder/layer4/block1/conv2/kernel',
    'shared-with-norms': 'stack1/encoder/layer4/block1/conv2/kernel',
    shared: 'ring',
    ring: 'ring/encoder/layer4',
  }[mode];
  for (const name of [backbone, 'stack1/merge/predictions/kernel', 'stack1/depth/up1/conv1/norm/gamma']) {
    const variable = source.trainables.get(name)!;
    const gradient = grads[variable.name]!;
    const start = tf.clone(variable);
    const slope = read(tf.norm(gradient));
    // Along its own direction the loss rises by the gradient's length.
    const at = (distance: number): number => {
      variable.assign(tf.add(start, tf.mul(gradient, distance / slope)));
      return read(tf.tidy(loss));
    };
    const step = 0.0001 / Math.max(1, slope); // a whole network bends soon
    const difference = (at(step) - at(-step)) / (2 * step);
    expect(Math.abs(difference / slope - 1), name).toBeLessThan(0.1);
    variable.assign(start);
  }
  source.dispose();
});

test.each(weightModes)('steps of training lower the loss, and keep the number of tensors level: %s', (mode) => {
  const { step, numSteps, dispose } = trainer(mode, mode === 'ring' ? 45 : 24);
  const first = step();
  step();
  const numTensors = tf.memory().numTensors;
  let last = step();
  for (let i = 3; i < numSteps; i++) last = step();
  expect(tf.memory().numTensors).toBe(numTensors);
  expect(last.loss).toBeLessThan(first.loss);
  if (mode === 'ring') {
    expect(last.depthLoss).toBeLessThan(first.depthLoss! / 2);
    expect(last.normalsLoss).toBeLessThan(first.normalsLoss! / 2);
  }
  dispose();
});

function trainer(mode: WeightMode, numSteps: number) {
  const { model, source } = build(mode);
  const batch = testBatch();
  const { trainables } = source;
  const optimizer = adam(trainables);
  const loss = () => multitaskLoss(model, source.generate(), batch);
  return {
    numSteps,
    step: () => trainStep({ trainables, optimizer, learningRate: 0.004, loss }),
    dispose: () => {
      source.dispose();
      optimizer.dispose();
    },
  };
}
