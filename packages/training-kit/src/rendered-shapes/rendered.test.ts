import { createHash } from 'node:crypto';
import { createRng } from 'rpg-core';
import { describe, expect, test } from 'vitest';
import { type ImageArrays, imageAt } from '../labelled-images/image-arrays.js';
import { countClasses } from '../labelled-images/split.js';
import { renderedClassNames, renderedNormalization, renderSplit } from './rendered.js';

const rng = createRng(0).fork('data').fork('rendered');
const train = renderSplit(4000, rng.fork('train'));
const test_ = renderSplit(1000, rng.fork('test'));

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const hashes = (split: ImageArrays) => Array.from({ length: split.numExamples }, (_, i) => hashOf(imageAt(split, i)));

test('golden pixels: one image of each class, made by this code when it was written', () => {
  expect(hashOf(renderSplit(10, createRng('golden')).images)).toBe(
    '342df45cc55944dcae10c104759be7a7ee1ce49d49f91048513681cf272bcf03',
  );
});

test('image i does not depend on how many are asked for', () => {
  const few = renderSplit(30, rng.fork('train'));
  expect(hashes(few)).toEqual(hashes(train).slice(0, 30));
});

test('classes in turn, equally many', () => {
  expect(countClasses(train.labels, 10)).toEqual(new Array(10).fill(400));
  expect(countClasses(renderSplit(23, rng).labels, 10)).toEqual([3, 3, 3, 2, 2, 2, 2, 2, 2, 2]);
  expect(renderedClassNames).toHaveLength(10);
});

test('no image twice, in one split or in two', () => {
  expect(new Set([...hashes(train), ...hashes(test_)]).size).toBe(5000);
});

test('the stated channel statistics are those of the images', () => {
  for (let channel = 0; channel < 3; channel++) {
    let sum = 0;
    let squares = 0;
    for (let i = channel; i < train.images.length; i += 3) {
      const value = train.images[i]! / 255;
      sum += value;
      squares += value * value;
    }
    const mean = (3 * sum) / train.images.length;
    const variance = (3 * squares) / train.images.length - mean * mean;
    expect(Math.abs(mean - renderedNormalization.mean[channel]!)).toBeLessThan(0.01);
    expect(Math.abs(Math.sqrt(variance) - renderedNormalization.std[channel]!)).toBeLessThan(0.01);
  }
});

describe('colours say nothing about the class', () => {
  /** Test accuracy of: the class whose mean feature vector is nearest. */
  function nearestMeanAccuracy(featuresOf: (image: Uint8Array) => number[]): number {
    const features = ({ numExamples, ...split }: ImageArrays) =>
      Array.from({ length: numExamples }, (_, i) => featuresOf(imageAt(split, i)));
    const trainFeatures = features(train);
    const means = renderedClassNames.map((_, label) => {
      const own = trainFeatures.filter((_, i) => train.labels[i] === label);
      return own[0]!.map((_, k) => own.reduce((sum, vector) => sum + vector[k]!, 0) / own.length);
    });
    const distance = (a: number[], b: number[]) => a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0);
    const predicted = features(test_).map((vector) => {
      const distances = means.map((mean) => distance(vector, mean));
      return distances.indexOf(Math.min(...distances));
    });
    return predicted.filter((label, i) => label === test_.labels[i]).length / test_.numExamples;
  }

  test('nearest mean image', () => {
    // Every fourth pixel: enough to see colour and coarse layout, and quick.
    expect(nearestMeanAccuracy((image) => Array.from({ length: 192 }, (_, i) => image[16 * i]!))).toBeLessThan(0.4);
  });

  test('nearest colour histogram', () => {
    const accuracy = nearestMeanAccuracy((image) => {
      const histogram = new Array<number>(24).fill(0);
      for (let i = 0; i < image.length; i++) histogram[8 * (i % 3) + (image[i]! >> 5)]!++;
      return histogram;
    });
    expect(accuracy).toBeLessThan(0.25);
  });
});
