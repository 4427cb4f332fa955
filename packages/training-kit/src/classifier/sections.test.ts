import { expect, test } from 'vitest';
import { noAugmentation } from '../labelled-images/augment.js';
import { allocateImages } from '../labelled-images/image-arrays.js';
import { memorySplit } from '../labelled-images/memory-split.js';
import type { Evaluation } from './evaluate.js';
import { confusionSection, gallerySection } from './sections.js';

const arrays = allocateImages(4, [1, 1, 3]);
arrays.labels.set([0, 0, 1, 1]);
arrays.images.set([10, 20, 30, 40].flatMap((value) => [value, value, value]));
const normalization = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
const set = {
  classNames: ['disc', 'ring'],
  test: memorySplit(arrays, { normalization, augmentation: noAugmentation, numWorkers: 1 }),
};

/** Of examples 0, 2 and 3; example 1 could not be read. Right, wrong, wrong. */
const evaluation: Evaluation = {
  numExamples: 3,
  examples: Int32Array.of(0, 2, 3),
  loss: 1,
  top1: 1 / 3,
  top5: 1,
  probabilities: Float32Array.of(0.75, 0.25, 0.625, 0.375, 0.875, 0.125),
};

test('confusions: a row is the true class, a column the predicted one', () => {
  expect(confusionSection(set, evaluation)).toMatchObject({
    kind: 'charts',
    charts: [{ kind: 'confusion', classNames: ['disc', 'ring'], counts: Int32Array.of(1, 0, 2, 0) }],
  });
});

test('mistakes, the surest one first, and hits, each with its image and the most probable classes', async () => {
  expect(await gallerySection('Wrong', set, evaluation, 'wrong')).toMatchObject({
    title: 'Wrong',
    images: [
      { caption: 'ring', status: 'wrong', pixels: { data: Uint8Array.of(40, 40, 40), width: 1, height: 1 } },
      {
        caption: 'ring',
        probabilities: [
          { label: 'disc', value: 0.625 },
          { label: 'ring', value: 0.375 },
        ],
      },
    ],
  });
  const right = await gallerySection('Right', set, evaluation, 'right');
  expect(right).toMatchObject({ images: [{ caption: 'disc', status: 'right', pixels: { height: 1, channels: 3 } }] });
});
