import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { conv2d } from '../layers/conv2d.js';
import { dense } from '../layers/dense.js';
import { dilatedConv2d } from '../layers/dilated-conv2d.js';
import { resnet } from '../networks/resnet.js';
import { createRng } from '../ring/rng.js';
import { SlotCollector } from '../weights/slot.js';
import { createWeightSource } from '../weights/weight-source.js';
import { countMultiplyAdds } from './multiply-adds.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test.each([
  { depth: 18, expected: 1.814e9 },
  { depth: 34, expected: 3.664e9 },
] as const)('ResNet$depth at 224 pixels, as torchvision’s documents have it', ({ depth, expected }) => {
  const model = resnet({ depth, width: 64, stem: 'imagenet', numClasses: 1000 });
  const { total, backbone, positions } = countMultiplyAdds(model.slots, (weights) =>
    model.apply(weights, tf.zeros([1, 224, 224, 3]), { isTraining: false }),
  );
  expect(Math.abs(total - expected)).toBeLessThan(0.0005e9);
  expect(total - backbone).toBe(112 * 112 * 7 * 7 * 3 * 64 + 512 * 1000); // stem and head
  expect(positions.get('stage1/block1/conv1/kernel')).toBe(56 * 56);
  expect(positions.get('stage4/block1/shortcut/kernel')).toBe(7 * 7);
});

test('worked by hand: each layer as often as it is applied', () => {
  const slots = new SlotCollector();
  const conv = conv2d(slots, { name: 'conv', inChannels: 2, outChannels: 2, kernelSize: 3, padding: 1, useBias: true });
  const strided = conv2d(slots, { name: 'strided', inChannels: 2, outChannels: 3, kernelSize: 3, stride: 2 });
  const dilated = dilatedConv2d(slots, { name: 'dilated', inChannels: 3, outChannels: 1, kernelSize: 3, dilation: 2 });
  const head = dense(slots, { name: 'head', inFeatures: 6, outFeatures: 4 });
  const { total, backbone, positions } = countMultiplyAdds(slots.slots, (weights) => {
    const context = { weights, isTraining: false };
    const x = conv(conv(tf.zeros([1, 5, 3, 2]), context), context);
    const y = dilated(strided(x, context), context); // [1, 3, 2, 1]
    return head(tf.reshape(y, [1, 6]), context);
  });
  expect(Object.fromEntries(positions)).toEqual({
    'conv/kernel': 2 * 5 * 3,
    'strided/kernel': 3 * 2,
    'dilated/kernel': 3 * 2,
    'head/kernel': 1,
  });
  expect(backbone).toBe(30 * 9 * 2 * 2 + 6 * 9 * 2 * 3 + 6 * 9 * 3);
  expect(total).toBe(backbone + 6 * 4);
});

test('the backend and its tensors are as before, also after an error', () => {
  const model = resnet({ depth: 18, width: 4, stem: 'cifar', numClasses: 10 });
  const source = createWeightSource(model.slots, { kind: 'ring', ringSize: 0.5 }, createRng(1));
  const logits = (): Float32Array => {
    const weights = source.generate();
    const values = tf.tidy(() =>
      model.apply(weights, tf.ones([1, 8, 8, 3]), { isTraining: false }).dataSync<'float32'>(),
    );
    weights.dispose();
    return values;
  };
  const before = logits();
  const { numTensors, numBytes } = tf.memory();
  countMultiplyAdds(model.slots, (weights) => model.apply(weights, tf.zeros([1, 8, 8, 3]), { isTraining: false }));
  const fail = (): void => {
    countMultiplyAdds(model.slots, () => tf.exp(tf.zeros([2])));
  };
  expect(fail).toThrow("Kernel 'Exp' not registered for backend 'shapes'");
  expect(tf.getBackend()).toBe('cpu');
  expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  expect(logits()).toEqual(before);
  source.dispose();
});
