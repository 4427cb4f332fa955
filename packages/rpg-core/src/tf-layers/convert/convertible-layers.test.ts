import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { configOf, slotsOf } from './convertible-layers.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function built<L extends tfl.layers.Layer>(layer: L, inputShape: number[]): L {
  layer.apply(tfl.input({ shape: inputShape }));
  return layer;
}

test('random: a slot has the deviation of its initialiser', () => {
  const dense = built(tfl.layers.dense({ units: 4, kernelInitializer: 'glorotUniform', name: 'd' }), [8]);
  const [slot, ...others] = slotsOf(dense, 'new', 'random');
  expect(others).toEqual([]); // the bias stays the layer's own
  expect(slot).toMatchObject({ name: 'new/kernel', shape: [8, 4] });
  expect(slot!.standardDeviation).toBeCloseTo(Math.sqrt(2 / (8 + 4)), 6);
});

test('project: a slot has the root mean square of the present weights', () => {
  const dense = built(tfl.layers.dense({ units: 2, useBias: false, name: 'd' }), [2]);
  dense.setWeights([tf.tensor2d([1, -1, 7, 7], [2, 2])]);
  expect(slotsOf(dense, 'd', 'project')[0]!.standardDeviation).toBe(5);
  dense.setWeights([tf.zeros([2, 2])]);
  expect(() => slotsOf(dense, 'd', 'project')).toThrow(
    new RangeError(
      "rpgify: the weights of layer 'd' are all 0, so they have no scale on a ring. Name it in `exclude`, or use initialize: " +
        "'random'.",
    ),
  );
});

test('a separable convolution has two slots', () => {
  const separable = built(tfl.layers.separableConv2d({ filters: 3, kernelSize: 2, depthMultiplier: 4 }), [5, 5, 2]);
  expect(slotsOf(separable, 's', 'random').map(({ name, shape }) => [name, shape])).toEqual([
    ['s/depthwise_kernel', [2, 2, 2, 4]],
    ['s/pointwise_kernel', [1, 1, 8, 3]],
  ]);
});

test('configs have what tfjs-layers leaves out or confuses', () => {
  const separable = tfl.layers.separableConv2d({ filters: 3, kernelSize: 2, depthMultiplier: 4 });
  expect(configOf(separable).depthMultiplier).toBe(4);
  const depthwise = tfl.layers.depthwiseConv2d({
    kernelSize: 2,
    depthwiseConstraint: 'nonNeg',
    depthwiseRegularizer: 'l1l2',
  });
  expect(configOf(depthwise).depthwiseConstraint).toMatchObject({ className: 'NonNeg' });
});
