import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { read } from '../../test/numbers.js';
import { RowStore, squaredNorms } from './row-store.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** All that a test makes is to be freed in it, but for what stands in `owned`. */
let owned: tf.Tensor[] = [];
let before = 0;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  tf.dispose(owned);
  owned = [];
  expect(tf.memory().numTensors).toBe(before);
});

/** [samples, size] */
function matrix(values: number[][]): tf.Tensor2D {
  const tensor = tf.tensor2d(values);
  owned.push(tensor);
  return tensor;
}

function storeOf(isMerged: boolean, rows: readonly number[][][]): RowStore {
  const store = new RowStore({ isMerged });
  for (const row of rows) store.append(matrix(row));
  return store;
}

/** ⟨vector, row⟩ as [sample][row], whatever the blocks. */
function dots(store: RowStore, vector: number[][]): number[][] {
  const blocks = store.dots(matrix(vector));
  owned.push(...blocks);
  return vector.map((_, i) => blocks.flatMap((block) => block.arraySync()[i]!));
}

/** Σ c·row as [sample][entry]: the sums of the blocks, added. */
function weigh(store: RowStore, coefficients: number[][]): number[] {
  const sums = store.weigh(coefficients);
  owned.push(...sums);
  return sums.map(read).reduce((total, sum) => total.map((value, k) => value + sum[k]!));
}

/** Two samples of size 2, three rows. */
const rows = [
  [[1, 0], [2, 0]], // prettier-ignore
  [[0, 1], [0, 2]], // prettier-ignore
  [[1, 1], [3, -1]], // prettier-ignore
];

describe.each([false, true])('rows that are merged: %s', (isMerged) => {
  test('products with every row, and sums of rows, each sample on its own', () => {
    const store = storeOf(isMerged, rows);
    expect(store.numRows).toBe(3);
    expect(dots(store, [[5, 7], [1, 4]])).toEqual([[5, 7, 12], [2, 8, -1]]); // prettier-ignore
    // 2·(1, 0) − (0, 1) + 3·(1, 1), and (2, 0) + (0, 2) without the third
    expect(weigh(store, [[2, -1, 3], [1, 1, 0]])).toEqual([5, 2, 2, 2]); // prettier-ignore
    store.clear();
    expect(store.numRows).toBe(0);
  });

  test('an empty store gives nothing, and takes rows again after it was emptied', () => {
    const store = storeOf(isMerged, rows);
    store.clear();
    expect(store.dots(matrix([[1, 2]]))).toEqual([]);
    expect(store.weigh([[]])).toEqual([]);
    store.append(matrix([[3, 4]]));
    expect(dots(store, [[1, 2]])).toEqual([[11]]);
    store.clear();
  });

  test('a row stays the caller’s: the store keeps what it was', () => {
    const store = new RowStore({ isMerged });
    const row = tf.tensor2d([[3, 4]]);
    store.append(row);
    row.dispose();
    expect(dots(store, [[1, 1]])).toEqual([[7]]);
    store.clear();
  });
});

describe('blocks', () => {
  const blocksOf = (isMerged: boolean, numRows: number) => {
    const store = storeOf(
      isMerged,
      Array.from({ length: numRows }, (_, i) => [[i]]),
    );
    const blocks = store.dots(matrix([[1]]));
    owned.push(...blocks);
    store.clear();
    return blocks.map(read);
  };

  test('four rows are joined to one, oldest first', () => {
    expect(blocksOf(true, 3)).toEqual([[0], [1], [2]]);
    expect(blocksOf(true, 4)).toEqual([[0, 1, 2, 3]]);
    expect(blocksOf(true, 9)).toEqual([[0, 1, 2, 3], [4, 5, 6, 7], [8]]);
  });

  test('without merging each row is one', () => {
    expect(blocksOf(false, 5)).toEqual([[0], [1], [2], [3], [4]]);
  });
});

describe('the oldest row', () => {
  test('is dropped', () => {
    const store = storeOf(false, rows);
    store.dropOldest();
    expect(dots(store, [[5, 7], [1, 4]])).toEqual([[7, 12], [8, -1]]); // prettier-ignore
    for (let i = 0; i < 3; i++) store.dropOldest(); // one more than there are
    expect(store.numRows).toBe(0);
  });

  test('cannot be dropped of merged ones', () => {
    const store = new RowStore({ isMerged: true });
    expect(() => {
      store.dropOldest();
    }).toThrow(new RangeError('RowStore: merged rows cannot be dropped one by one; use clear().'));
  });
});

test('merged or not, the numbers are the same', () => {
  const value = fc.integer({ min: -50, max: 50 });
  const sizes = fc.record({
    numSamples: fc.integer({ min: 1, max: 3 }),
    size: fc.integer({ min: 1, max: 3 }),
    numRows: fc.integer({ min: 1, max: 10 }),
  });
  const anyRows = sizes.chain(({ numSamples, size, numRows }) => {
    const grid = (height: number, width: number) =>
      fc.array(fc.array(value, { minLength: width, maxLength: width }), { minLength: height, maxLength: height });
    return fc.record({
      all: fc.array(grid(numSamples, size), { minLength: numRows, maxLength: numRows }),
      vector: grid(numSamples, size),
      coefficients: grid(numSamples, numRows),
    });
  });
  fc.assert(
    fc.property(anyRows, ({ all, vector, coefficients }) => {
      const stores = [true, false].map((isMerged) => storeOf(isMerged, all));
      const products = vector.map((v, i) => all.map((row) => v.reduce((sum, x, k) => sum + x * row[i]![k]!, 0)));
      const sums = vector.flatMap((v, i) => v.map((_, k) => all.reduce((sum, row, j) => sum + coefficients[i]![j]! * row[i]![k]!, 0))); // prettier-ignore
      for (const store of stores) {
        expect(dots(store, vector)).toEqual(products);
        expect(weigh(store, coefficients)).toEqual(sums);
        store.clear();
      }
    }),
    { numRuns: 40, seed: 1 },
  );
});

test('squared norms of each sample', () => {
  const norms = squaredNorms(matrix([[3, 4], [0, -2]])); // prettier-ignore
  owned.push(norms);
  expect(norms.shape).toEqual([2, 1]);
  expect(read(norms)).toEqual([25, 4]);
});
