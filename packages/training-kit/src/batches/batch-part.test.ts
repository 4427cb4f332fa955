import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigError } from '../errors.js';
import { noAugmentation, standardAugmentation } from '../labelled-images/augment.js';
import { allocateImages, imageAt } from '../labelled-images/image-arrays.js';
import { createTrainBatchMaker } from '../labelled-images/train-batch-maker.js';
import { placesOf, wholeBatch } from './batch-part.js';
import { createExampleOrder } from './example-order.js';
import { createExampleBatches, type ExampleMaker, type StepArrays } from './example-worker.js';

const parts = (count: number) => Array.from({ length: count }, (_, index) => ({ index, count }));

test('parts of a batch, put together, are the batch: any size, any number of workers', () => {
  const sizes = fc.record({ count: fc.integer({ min: 1, max: 7 }), size: fc.integer({ min: 1, max: 9 }) });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 0, max: 40 }), ({ count, size }, step) => {
      const options = { numExamples: 70, batchSize: count * size, lastBatch: 'drop' } as const;
      const whole = createExampleOrder('order', options).examplesOf(step);
      const shared = parts(count).map((part) => createExampleOrder('order', { ...options, part }));
      expect(shared.flatMap((order) => [...order.examplesOf(step)])).toEqual([...whole]);
      expect(shared.map(({ firstPosition }) => firstPosition)).toEqual(parts(count).map(({ index }) => index * size));
    }),
  );
});

test('a batch that cannot be shared equally is refused', () => {
  expect(placesOf(wholeBatch, 5)).toEqual({ first: 0, size: 5 });
  expect(placesOf({ index: 2, count: 3 }, 12)).toEqual({ first: 8, size: 4 });
  expect(() => placesOf({ index: 0, count: 4 }, 130)).toThrow(
    new ConfigError('batchSize', 'batchSize 130 cannot be shared out in 4 equal parts; expected a multiple of 4.'),
  );
});

test.each([noAugmentation, { ...standardAugmentation, rotationDegrees: 10, cutoutPx: 2 }])(
  'images in memory: each worker makes the images that it would have in the whole batch',
  (augmentation) => {
    const arrays = allocateImages(9, [5, 5, 3]);
    for (let i = 0; i < 9; i++) {
      imageAt(arrays, i).fill(20 * i);
      arrays.labels[i] = i;
    }
    const normalization = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
    const job = { arrays, normalization, augmentation, batchSize: 6, lastBatch: 'drop', rngPath: 'x' } as const;
    const make = (step: number, part = wholeBatch) => {
      const { size } = placesOf(part, 6);
      const out = { images: new Float32Array(size * 75), labels: new Int32Array(size) };
      createTrainBatchMaker({ ...job, part })(step, out);
      return out;
    };
    for (const step of [0, 1, 5]) {
      const whole = make(step);
      const shared = parts(3).map((part) => make(step, part));
      expect(shared.flatMap(({ images }) => [...images])).toEqual([...whole.images]);
      expect(shared.flatMap(({ labels }) => [...labels])).toEqual([...whole.labels]);
    }
  },
);

test('examples that are loaded: draws go by the place in the whole batch, stand-ins by the epoch', async () => {
  const maker: ExampleMaker<{ value: number }, 'values'> = {
    load: (example) => (example === 3 ? undefined : { value: example }), // 3 cannot be read
    sizeBytesOf: () => 8,
    drawsName: 'draws',
    write: ({ value }, _, draws, { values }) => {
      values.set([value, draws!.uniform()]);
    },
    noneReadable: () => new Error('none'),
  };
  const batchOf = async (step: number, part = wholeBatch) => {
    const { size } = placesOf(part, 8);
    const order = { kind: 'train', lastBatch: 'drop', rngPath: 'path', part } as const;
    const work = { numExamples: 9, batchSize: 8, shapes: { values: [2] }, cacheBytes: 0, order };
    const { layout, make } = createExampleBatches(work, maker);
    expect(layout.values!.shape).toEqual([size, 2]);
    const out: StepArrays<'values'> = {
      values: new Float32Array(size * 2),
      examples: new Int32Array(size),
      broken: new Int32Array(size),
    };
    await make(step, out);
    return out;
  };
  for (const step of [0, 1, 2]) {
    const whole = await batchOf(step);
    const shared = await Promise.all(parts(4).map((part) => batchOf(step, part)));
    for (const name of ['values', 'examples', 'broken'] as const) {
      expect(shared.flatMap((batch) => [...batch[name]])).toEqual([...whole[name]]);
    }
  }
});
