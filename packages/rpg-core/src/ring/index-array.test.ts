import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countUses, drawIndexArray, INDEX_MASK, NEGATIVE, type Sampling } from './index-array.js';
import { createRng } from './rng.js';

const hashOf = (indices: Int32Array): string =>
  createHash('sha256')
    .update(new Uint8Array(indices.buffer, indices.byteOffset, indices.byteLength))
    .digest('hex');

describe('even sampling', () => {
  test.each([
    { ringSize: 4, numGenerated: 9 },
    { ringSize: 7, numGenerated: 7 },
    { ringSize: 1, numGenerated: 5 },
    { ringSize: 1000, numGenerated: 200_001 },
    { ringSize: 150_000, numGenerated: 200_001 },
  ])('a ring of $ringSize feeds $numGenerated weights: uses differ by at most one', ({ ringSize, numGenerated }) => {
    const uses = countUses(drawIndexArray({ ringSize, numGenerated }, createRng(1)), ringSize).sort();
    expect(uses[ringSize - 1]).toBe(Math.ceil(numGenerated / ringSize));
    expect(uses[0]).toBe(Math.floor(numGenerated / ringSize));
    expect(uses.reduce((sum, count) => sum + count, 0)).toBe(numGenerated);
  });

  test('any sizes and seed: every index in the ring, evenly used, the same when drawn again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 900 }),
        fc.string({ minLength: 1 }),
        (ringSize, numGenerated, seed) => {
          const drawn = drawIndexArray({ ringSize, numGenerated }, createRng(seed));
          const uses = countUses(drawn, ringSize);
          expect(drawn.every((signed) => (signed & INDEX_MASK) < ringSize)).toBe(true);
          expect(Math.max(...uses) - Math.min(...uses)).toBeLessThanOrEqual(1);
          expect(drawIndexArray({ ringSize, numGenerated }, createRng(seed))).toEqual(drawn);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('all 24 orders of 4 elements come equally often (chi-square)', () => {
    const counts = new Map<string, number>();
    const runs = 12_000;
    for (let seed = 0; seed < runs; seed++) {
      const order = drawIndexArray({ ringSize: 4, numGenerated: 4, reflect: false }, createRng(seed)).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const expected = runs / 24;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(49.7); // 0.1 % quantile of 23 degrees of freedom
  });

  test('the extra elements are drawn from the whole ring evenly (chi-square)', () => {
    const ringSize = 10;
    const counts = new Array<number>(ringSize).fill(0);
    const runs = 5000;
    for (let seed = 0; seed < runs; seed++) {
      countUses(drawIndexArray({ ringSize, numGenerated: 13 }, createRng(seed)), ringSize).forEach((uses, element) => {
        counts[element]! += uses - 1;
      });
    }
    const expected = (runs * 3) / ringSize;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(27.9); // 0.1 % quantile of 9 degrees of freedom, above the fewer left here
  });

  test('a large shuffle leaves no trace of order: neighbours are uncorrelated', () => {
    const size = 300_000;
    const drawn = drawIndexArray({ ringSize: size, numGenerated: size, reflect: false }, createRng('order'));
    const centre = (size - 1) / 2;
    const correlation = (lag: number): number => {
      let sum = 0;
      for (let i = lag; i < size; i++) sum += (drawn[i]! - centre) * (drawn[i - lag]! - centre);
      return sum / (size - lag) / ((size * size - 1) / 12);
    };
    for (const lag of [1, 2, 17, 65_536]) expect(Math.abs(correlation(lag))).toBeLessThan(4.5 / Math.sqrt(size - lag));
    const withPosition = drawn.reduce((sum, value, i) => sum + (value - centre) * (i - centre), 0);
    expect(Math.abs(withPosition / size / ((size * size - 1) / 12))).toBeLessThan(4.5 / Math.sqrt(size));
  });
});

describe('signs', () => {
  test('are positive and negative equally often, and independent of the index', () => {
    const drawn = drawIndexArray({ ringSize: 2, numGenerated: 100_000 }, createRng('signs'));
    const negative = drawn.filter((signed) => signed & NEGATIVE);
    expect(Math.abs(negative.length - 50_000)).toBeLessThan(4 * Math.sqrt(25_000));
    const negativeOnes = negative.filter((signed) => (signed & INDEX_MASK) === 1);
    expect(Math.abs(negativeOnes.length - 25_000)).toBeLessThan(4 * Math.sqrt(100_000 * 0.25 * 0.75));
  });

  test('without reflection every sign is positive, and the indices are the same', () => {
    const options = { ringSize: 50, numGenerated: 120 };
    const plain = drawIndexArray({ ...options, reflect: false }, createRng(3));
    expect(plain.every((signed) => signed >= 0)).toBe(true);
    expect(drawIndexArray(options, createRng(3)).map((signed) => signed & INDEX_MASK)).toEqual(plain);
  });
});

describe('other samplings', () => {
  test('sequential counts through the ring again and again', () => {
    const options = { ringSize: 3, numGenerated: 7, sampling: 'sequential', reflect: false } as const;
    expect([...drawIndexArray(options, createRng(1))]).toEqual([0, 1, 2, 0, 1, 2, 0]);
  });

  test('uneven uses spread as independent draws do (variance of a binomial)', () => {
    const ringSize = 5000;
    const uses = countUses(
      drawIndexArray({ ringSize, numGenerated: 50_000, sampling: 'uneven' }, createRng(1)),
      ringSize,
    );
    const variance = uses.reduce((sum, count) => sum + (count - 10) ** 2, 0) / ringSize;
    expect(variance).toBeGreaterThan(9);
    expect(variance).toBeLessThan(11);
  });
});

describe('for ever', () => {
  // SHA-256 of the little-endian int32 array. Changing one of these makes every published model unreadable.
  test.each<{ ringSize: number; numGenerated: number; sampling: Sampling; hash: string }>([
    {
      ringSize: 4,
      numGenerated: 9,
      sampling: 'even',
      hash: '087105c7c012f8488a265fe3ffa5b7ed083be3e4e25a2f505162bd6e0d79830a',
    },
    {
      ringSize: 46080,
      numGenerated: 697344,
      sampling: 'even',
      hash: '8bea12ec7733fc89f3ae9314ef497e3d829eefcc0b834a6fbac58952f35e17d4',
    },
    {
      ringSize: 2359296,
      numGenerated: 11157504,
      sampling: 'even',
      hash: 'fd8ab5891bfed124b0fe282c1931a32cd837b69774293465d16b467556aebf5f',
    },
    {
      ringSize: 11160576,
      numGenerated: 21258240,
      sampling: 'even',
      hash: '6af591c1f8e84c569b44f06d9eefc5d7cd03eaed0ab4efb1b493f62f85ce1cd6',
    },
    {
      ringSize: 1000,
      numGenerated: 5000,
      sampling: 'uneven',
      hash: '8307b1a9af10d38b6bdaf733eb07266ce6e640628b2b5d36d77910738aac1d5f',
    },
    {
      ringSize: 1000,
      numGenerated: 5000,
      sampling: 'sequential',
      hash: '96dd86410e1876e41525a237c64b6feb8d29fdd89a68f79c8e4318bde1bf437b',
    },
  ])('$sampling, N = $ringSize, M = $numGenerated', ({ hash, ...options }) => {
    expect(hashOf(drawIndexArray(options, createRng('golden')))).toBe(hash);
  });
});

test.each([
  [{ ringSize: 0, numGenerated: 1 }, 'drawIndexArray: ringSize is 0, expected an integer from 1 to 1073741824.'],
  [{ ringSize: 1.5, numGenerated: 1 }, 'drawIndexArray: ringSize is 1.5, expected an integer from 1 to 1073741824.'],
  [
    { ringSize: 1, numGenerated: 2 ** 31 },
    'drawIndexArray: numGenerated is 2147483648, expected an integer from 1 to 1073741824.',
  ],
])('%o is refused', (options, message) => {
  expect(() => drawIndexArray(options, createRng(1))).toThrow(new RangeError(message));
});
