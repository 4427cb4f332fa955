import { createRng } from 'rpg-core/rng';
import { expect, test } from 'vitest';
import { evalBatchesOf, type ExampleBatch, type ExampleSource, trainBatchesOf } from './example-batches.js';
import { createExampleOrder } from './example-order.js';

type Numbers = 'value' | 'twice';

/** Numbers as examples, and which of those that cannot be read were told. */
function numbers(unreadable: readonly number[] = [], numExamples = 7) {
  const told: number[] = [];
  const source: ExampleSource<Numbers> = {
    numExamples,
    shapes: { value: [], twice: [2] },
    workerUrl: new URL('../../test/number-worker.mjs', import.meta.url),
    data: { unreadable },
    leaveOut: (example) => Promise.resolve(void told.push(example)),
    noneReadable: () => new Error('no number can be read'),
  };
  return { source, told };
}

const order = { batchSize: 3, rng: createRng('numbers'), fromStep: 0, toStep: 6 };

async function all<Batch extends ExampleBatch<Numbers>>(
  batches: AsyncIterable<Batch>,
): Promise<Omit<Batch, 'waitMs'>[]> {
  const taken = [];
  for await (const { waitMs, ...batch } of batches) {
    expect(waitMs).toBeGreaterThanOrEqual(0);
    taken.push(batch);
  }
  return taken;
}

test.each([
  { lastBatch: 'keep', sizes: [3, 3, 1, 3, 3, 1] },
  { lastBatch: 'drop', sizes: [3, 3, 3, 3, 3, 3] },
] as const)('training, last batch: $lastBatch', async ({ lastBatch, sizes }) => {
  const batches = await all(trainBatchesOf(numbers().source, { ...order, lastBatch }));
  const { examplesOf } = createExampleOrder('numbers', { numExamples: 7, batchSize: 3, lastBatch });
  expect(batches.map(({ numExamples }) => numExamples)).toEqual(sizes);
  for (const { step, numExamples, examples, arrays, broken } of batches) {
    expect([...examples]).toEqual([...examplesOf(step)]);
    expect([...arrays.twice]).toEqual([...examples].flatMap((example) => [example, example]));
    const draws = [...examples].map((_, i) => createRng('numbers').fork('draws').fork(step).fork(i).uniform());
    expect(arrays.value).toEqual(Float32Array.from(examples, (example, i) => 10 * example + draws[i]!));
    expect(arrays.value).toHaveLength(numExamples);
    expect(broken).toEqual([]);
  }
});

test('training, whatever the number of workers and the cache, and from any step on', async () => {
  const { source } = numbers([2]);
  const whole = await all(trainBatchesOf(source, { ...order, lastBatch: 'keep' }));
  for (const change of [{ numWorkers: 3 }, { cacheBytes: 0 }, { cacheBytes: 16 }]) {
    expect(await all(trainBatchesOf(source, { ...order, lastBatch: 'keep', ...change }))).toEqual(whole);
  }
  expect(await all(trainBatchesOf(source, { ...order, lastBatch: 'keep', fromStep: 4 }))).toEqual(whole.slice(4));
});

test('training without some: others stand in, each time is told', async () => {
  const { source, told } = numbers([2, 5]);
  const batches = await all(trainBatchesOf(source, { ...order, lastBatch: 'keep' }));
  expect(batches.flatMap(({ examples }) => [...examples])).toHaveLength(14);
  expect(batches.flatMap(({ broken }) => broken)).toEqual(told);
  expect(told.toSorted((a, b) => a - b)).toEqual([2, 2, 5, 5]);
});

test('an evaluation: every example once, in order, as it is, without those that cannot be read', async () => {
  const { source, told } = numbers([0, 3, 4, 5]);
  const batches = await all(evalBatchesOf(source, { batchSize: 3 }));
  expect(batches.map(({ examples }) => [...examples])).toEqual([[1, 2], [6]]);
  expect(batches.map(({ arrays }) => [...arrays.value])).toEqual([[10, 20], [60]]);
  expect(told).toEqual([0, 3, 4, 5]);
  expect(await all(evalBatchesOf(numbers([], 0).source, { batchSize: 3 }))).toEqual([]);
});

test('nothing at all can be read', async () => {
  const { source, told } = numbers([0, 1, 2, 3, 4, 5, 6]);
  await expect(all(trainBatchesOf(source, { ...order, lastBatch: 'keep' }))).rejects.toThrow(/; 7 were tried$/);
  await expect(all(evalBatchesOf(source, { batchSize: 3 }))).rejects.toThrow('no number can be read');
  expect(told).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test('batch sizes that cannot be', async () => {
  const { source } = numbers();
  await expect(all(trainBatchesOf(source, { ...order, lastBatch: 'keep', batchSize: 8 }))).rejects.toThrow(
    'batchSize is 8, expected an integer from 1 to 7, the training examples.',
  );
  await expect(all(evalBatchesOf(source, { batchSize: 0 }))).rejects.toThrow(
    new RangeError('batchSize is 0, expected an integer from 1.'),
  );
});
