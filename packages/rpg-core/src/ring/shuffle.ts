// An unbiased shuffle for arrays that are far larger than the processor's caches.
import type { Rng } from './rng.js';
import type { Steps } from './stepwise.js';

/** Elements per bucket: 64 Ki int32 are 256 KiB, which a core's own cache holds. */
const BUCKET_SIZE = 65_536;
const WORDS_PER_DRAW = 16_384;

/** Elements that one step works on: well under a millisecond. */
const STEP = 65_536;

/**
 * The values that `fill` writes, in uniformly random order.
 *
 * Two passes (Rao 1961, Sandelius 1962): each element picks one of 2^k buckets at random, then each bucket is shuffled
 * by Fisher–Yates. Every permutation is equally likely, and memory is touched in order: for 21 million elements several
 * times faster than Fisher–Yates over the whole array. Bucket b draws from the fork `bucket-b`, so buckets may be
 * shuffled in any order or by several threads with the same result.
 */
export function* shuffled(length: number, fill: (target: Int32Array) => Steps<void>, rng: Rng): Steps<Int32Array> {
  const values = new Int32Array(length);
  yield* fill(values);
  const numBuckets = numBucketsOf(length);
  if (numBuckets === 1) {
    shuffleRange(values, 0, length, rng.fork('bucket-0'));
    return values;
  }
  const bucketOf = yield* drawBuckets(length, numBuckets, rng.fork('buckets'));
  const ends = new Int32Array(numBuckets);
  for (let start = 0; start < length; start += STEP) {
    count(bucketOf, start, Math.min(length, start + STEP), ends);
    yield;
  }
  const starts = new Int32Array(numBuckets);
  let total = 0;
  for (let bucket = 0; bucket < numBuckets; bucket++) {
    starts[bucket] = total;
    total += ends[bucket]!;
    ends[bucket] = starts[bucket]!;
  }
  const result = new Int32Array(length);
  for (let start = 0; start < length; start += STEP) {
    distribute(values, bucketOf, start, Math.min(length, start + STEP), result, ends);
    yield;
  }
  for (let bucket = 0; bucket < numBuckets; bucket++) {
    shuffleRange(result, starts[bucket]!, ends[bucket]!, rng.fork(`bucket-${bucket}`));
    yield;
  }
  return result;
}

/** How many buckets a shuffle of `length` elements uses: 1 where they all fit into one, else a power of two. */
export function numBucketsOf(length: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(length / BUCKET_SIZE)));
}

function count(bucketOf: Uint16Array, start: number, end: number, counts: Int32Array): void {
  for (let i = start; i < end; i++) counts[bucketOf[i]!]!++;
}

/** Puts each value behind those that its bucket holds already. */
function distribute(
  values: Int32Array,
  bucketOf: Uint16Array,
  start: number,
  end: number,
  result: Int32Array,
  ends: Int32Array,
): void {
  for (let i = start; i < end; i++) result[ends[bucketOf[i]!]!++] = values[i]!;
}

/** A bucket number for each element; the low half of a random word serves one element, the high half the next. */
function* drawBuckets(length: number, numBuckets: number, rng: Rng): Steps<Uint16Array> {
  if (numBuckets > 0x1_0000) throw new RangeError(`Cannot shuffle ${length} elements: the limit is 4 294 967 296.`);
  const buckets = new Uint16Array(length);
  const words = new Uint32Array(WORDS_PER_DRAW);
  for (let start = 0; start < length; start += 2 * WORDS_PER_DRAW) {
    rng.fillUint32(words);
    spreadHalves(words, numBuckets - 1, buckets, start, Math.min(length, start + 2 * WORDS_PER_DRAW));
    yield;
  }
  return buckets;
}

function spreadHalves(words: Uint32Array, mask: number, buckets: Uint16Array, start: number, end: number): void {
  for (let i = start; i < end; i++) {
    const word = words[(i - start) >>> 1]!;
    buckets[i] = ((i - start) & 1 ? word >>> 16 : word) & mask;
  }
}

/**
 * Fisher–Yates over `values[start, end)`. A position below `bound` is the high word of a 32-bit draw times `bound`,
 * with the draws that would favour some positions rejected (Lemire 2019); the product is exact in a double for
 * bounds below 2^21, far above any bucket.
 */
function shuffleRange(values: Int32Array, start: number, end: number, rng: Rng): void {
  const words = new Uint32Array(Math.max(1, Math.min(WORDS_PER_DRAW, end - start)));
  let next = words.length;
  for (let bound = end - start; bound > 1; bound--) {
    let product: number;
    do {
      if (next === words.length) {
        rng.fillUint32(words);
        next = 0;
      }
      product = words[next++]! * bound;
    } while (product >>> 0 < bound && product >>> 0 < 0x1_0000_0000 % bound);
    const picked = start + Math.floor(product / 0x1_0000_0000);
    const last = start + bound - 1;
    const value = values[picked]!;
    values[picked] = values[last]!;
    values[last] = value;
  }
}
