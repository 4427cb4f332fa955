// Slots and shapes of a sub-network of width 4; its output functions and a merge, worked by hand through set weights.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource, SlotCollector, type WeightSource } from 'rpg-core';
import { loadBackend } from 'tensorflow-runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { merge, subNetwork } from './sub-network.js';

const slots = new SlotCollector();
const predict = subNetwork(slots, { name: 'net', width: 4 });
const mergeSlots = new SlotCollector();
const mergeInto = merge(mergeSlots, { name: 'merge', width: 4 });
const images = (): tf.Tensor4D => tf.randomUniform([2, 32, 32, 3], 0, 1, 'float32', 1);

let source: WeightSource;
beforeAll(async () => {
  await loadBackend({});
  source = createWeightSource(slots.slots, { kind: 'independent' }, createRng(1));
});
afterAll(() => {
  source.dispose();
});

const valuesOf = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

/** Sets a trainable's values, of which `values` are repeated. */
function set(of: WeightSource, name: string, values: readonly number[]): void {
  const variable = of.trainables.get(name)!;
  variable.assign(
    tf.tensor(
      Array.from({ length: variable.size }, (_, i) => values[i % values.length]!),
      variable.shape,
    ),
  );
}

test('its parts in order, all of the backbone', () => {
  const parts = slots.slots.map(({ name }) => name.split('/').slice(0, 2).join('/'));
  expect([...new Set(parts)]).toEqual(['net/encoder', 'net/depth', 'net/normals']);
  const numConvs = (part: string) =>
    slots.slots.filter(({ name }) => name.startsWith(part) && name.endsWith('/kernel')).length;
  expect([numConvs('net/depth/'), numConvs('net/normals/')]).toEqual([6 + 6 + 2 + 2 + 2 + 1, 4 + 4 + 2 + 2 + 2 + 1]);
});

test('depths of 0 or more and normals of length 1 at the image’s size, and the features of both decoders', () => {
  const context = { weights: source.generate(), isTraining: false };
  const before = tf.memory().numTensors;
  const output = tf.tidy(() => ({ ...predict(images(), undefined, context) }));
  expect(tf.memory().numTensors).toBe(before + 3);
  expect(output.depths.shape).toEqual([2, 32, 32]);
  expect(output.normals.shape).toEqual([2, 32, 32, 3]);
  expect(output.features.shape).toEqual([2, 8, 8, 8]);
  expect(Math.min(...valuesOf(output.depths))).toBeGreaterThanOrEqual(0);
  for (const length of valuesOf(tf.norm(output.normals, 2, 3))) expect(length).toBeCloseTo(1, 5);
});

test('a depth is ln(1 + eˣ); a normal is the tangent of its components, at length 1', () => {
  for (const task of ['depth', 'normals']) set(source, `net/${task}/up0/out/norm/gamma`, [0]); // shift alone is left
  set(source, 'net/depth/up0/out/norm/beta', [-1]);
  set(source, 'net/normals/up0/out/norm/beta', [Math.atanh(0.3), 0, Math.atanh(-0.4)]);
  const { depths, normals } = predict(images(), undefined, { weights: source.generate(), isTraining: false });
  for (const depth of valuesOf(depths)) expect(depth).toBeCloseTo(Math.log(1 + Math.exp(-1)), 5);
  const first = valuesOf(normals).slice(0, 3);
  [0.6, 0, -0.8].forEach((value, i) => {
    expect(first[i]).toBeCloseTo(value, 5);
  });
});

test('a merge adds what it makes of features and of predictions, averaged over 4×4 pixels; its slots are heads', () => {
  expect(mergeSlots.slots.map(({ name, shape, role }) => [name, shape, role])).toEqual([
    ['merge/features/kernel', [1, 1, 8, 4], 'head'],
    ['merge/features/bias', [4], 'head'],
    ['merge/predictions/kernel', [1, 1, 4, 4], 'head'],
    ['merge/predictions/bias', [4], 'head'],
  ]);
  const weights = createWeightSource(mergeSlots.slots, { kind: 'independent' }, createRng(1));
  set(weights, 'merge/features/kernel', [0.5]);
  set(weights, 'merge/features/bias', [0]);
  set(weights, 'merge/predictions/kernel', [1]);
  set(weights, 'merge/predictions/bias', [10]);
  const hint = mergeInto(
    {
      depths: tf.tensor3d(
        Array.from({ length: 16 }, (_, i) => i),
        [1, 4, 4],
      ), // 7.5 on average
      normals: tf.tensor4d(
        Array.from({ length: 48 }, (_, i) => [0, 0.6, -0.8][i % 3]!),
        [1, 4, 4, 3],
      ),
      features: tf.ones([1, 1, 1, 8]),
    },
    { weights: weights.generate(), isTraining: false },
  );
  expect(hint.shape).toEqual([1, 1, 1, 4]);
  for (const value of valuesOf(hint)) expect(value).toBeCloseTo(8 * 0.5 + 7.5 + 0.6 - 0.8 + 10, 5);
  weights.dispose();
});
