import { expect, test } from 'vitest';
import { ConfigError } from '../errors.js';
import { noAugmentation, standardAugmentation } from './augment.js';
import { allocateImages, imageAt, imageSizeBytes } from './image-arrays.js';
import { createTrainBatchMaker, type TrainBatchJob } from './train-batch-maker.js';

const arrays = allocateImages(10, [6, 6, 3]);
for (let i = 0; i < 10; i++) {
  imageAt(arrays, i).forEach((_, k, image) => {
    image[k] = (17 * i + 3 * k + 1) % 256;
  });
  arrays.labels[i] = i;
}
const job: TrainBatchJob = {
  arrays,
  normalization: { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] },
  augmentation: { ...standardAugmentation, rotationDegrees: 10, cutoutPx: 2 },
  batchSize: 4,
  lastBatch: 'keep',
  rngPath: 'train',
};

function batchAt(step: number, make = createTrainBatchMaker(job)) {
  const out = { images: new Float32Array(4 * imageSizeBytes(arrays.imageShape)), labels: new Int32Array(4).fill(-1) };
  make(step, out);
  return out;
}

test('a batch is a function of the step alone', () => {
  const make = createTrainBatchMaker(job);
  const inOrder = Array.from({ length: 9 }, (_, step) => batchAt(step, make));
  for (const step of [8, 0, 5, 4]) expect(batchAt(step)).toEqual(inOrder[step]);
  expect(inOrder[3]).not.toEqual(inOrder[0]);
});

test('labels belong to their images, and the rest of a short batch stays untouched', () => {
  const make = createTrainBatchMaker({ ...job, augmentation: noAugmentation });
  const labels = [0, 1, 2].flatMap((step) => {
    const batch = batchAt(step, make);
    for (const [i, label] of batch.labels.entries()) {
      const pixels = Array.from(batch.images.subarray(i * 108, (i + 1) * 108), Math.round);
      expect(pixels).toEqual(label === -1 ? new Array(108).fill(0) : Array.from(imageAt(arrays, label)));
    }
    return [...batch.labels];
  });
  expect(labels.slice(-2)).toEqual([-1, -1]);
  expect(labels.slice(0, 10).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('the same example looks different from epoch to epoch', () => {
  const viewsOfExample0 = Array.from({ length: 30 }, (_, step) => batchAt(step))
    .filter(({ labels }) => labels.includes(0))
    .map(({ images, labels }) => images.subarray(labels.indexOf(0) * 108, (labels.indexOf(0) + 1) * 108).join());
  expect(viewsOfExample0).toHaveLength(10);
  expect(new Set(viewsOfExample0).size).toBeGreaterThan(8);
});

test('settings that cannot be are refused at once', () => {
  expect(() => createTrainBatchMaker({ ...job, batchSize: 11 })).toThrow(ConfigError);
  expect(() => createTrainBatchMaker({ ...job, augmentation: { ...noAugmentation, cutoutPx: -1 } })).toThrow(
    RangeError,
  );
});
