import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource } from 'rpg-core';
import { resnet } from 'rpg-core/resnet';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, describe, expect, test } from 'vitest';
import { filterAngles, meanShare, poolPairs } from './filter-angles.js';

beforeAll(async () => {
  await loadBackend({});
});

test('sizes are pooled by their pairs, worked by hand', () => {
  const { cosine, squaredCosineTimesM } = poolPairs([
    { filterSize: 4, numPairs: 3, meanCosine: 0.2, meanSquaredCosine: 0.5 },
    { filterSize: 10, numPairs: 1, meanCosine: -0.2, meanSquaredCosine: 0.1 },
    { filterSize: 7, numPairs: 0, meanCosine: NaN, meanSquaredCosine: NaN },
  ]);
  expect(cosine).toBeCloseTo((3 * 0.2 - 0.2) / 4, 14);
  expect(squaredCosineTimesM).toBeCloseTo((3 * 2 + 1) / 4, 14);
});

test('the share of the mean, worked by hand', () => {
  expect(meanShare([Float32Array.of(1, 2), Float32Array.of(3)])).toBeCloseTo(36 / (3 * 14), 14);
  expect(meanShare([Float32Array.of(1, -1)])).toBe(0);
  expect(meanShare([Float32Array.of(2, 2)])).toBe(1);
});

describe('a ResNet18 on a ring', () => {
  const model = resnet({ depth: 18, stem: 'cifar', numClasses: 5, width: 8 });

  test.each([{ scope: 'one ring' }, { scope: 'a ring a stage' }])(
    '$scope, reflected: as both propositions say',
    ({ scope }) => {
      const ringOf = scope === 'one ring' ? {} : { ringOf: ({ name }: { name: string }) => name.split('/')[0]! };
      const source = createWeightSource(model.slots, { kind: 'ring', ringSize: 0.1, ...ringOf }, createRng(3));
      const { cosine, squaredCosineTimesM, similarities } = filterAngles(source);
      const numPairs = similarities.reduce((sum, each) => sum + each.numPairs, 0);
      expect(new Set(similarities.map(({ filterSize }) => filterSize))).toEqual(new Set([72, 144, 288, 576]));
      expect(Math.abs(cosine)).toBeLessThan(4 / Math.sqrt(72 * numPairs));
      expect(Math.abs(squaredCosineTimesM - 1)).toBeLessThan(4 * Math.sqrt(2 / numPairs));
      source.dispose();
    },
  );

  test('without reflection filters keep the ring’s mean', () => {
    const source = createWeightSource(model.slots, { kind: 'ring', ringSize: 0.1, reflect: false }, createRng(3));
    const ring = source.trainables.get('ring')!;
    const deviation = Math.sqrt(tf.tidy(() => tf.mean(tf.square(ring)).dataSync()[0]!));
    const shifted = tf.add(ring, deviation);
    ring.assign(shifted);
    shifted.dispose();
    const share = meanShare([ring.dataSync<'float32'>()]);
    expect(Math.abs(share - 0.5)).toBeLessThan(0.05); // μ² / (μ² + σ²) with μ = σ
    expect(Math.abs(filterAngles(source).cosine - share)).toBeLessThan(0.02);
    source.dispose();
  });

  test('a plain network has no ring', () => {
    const source = createWeightSource(model.slots, { kind: 'independent' }, createRng(3));
    expect(() => filterAngles(source)).toThrow(
      new RangeError('No ring feeds two filters of one size, so that there is no angle between them.'),
    );
    source.dispose();
  });
});
