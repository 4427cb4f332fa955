// Which element of the ring each generated weight is, and with which sign: the paper's index array u and reflections b
// (section 3, "Even Parameter Distribution for Different Layers" and equation 3), drawn from named seeds.
import type { Rng } from './rng.js';
import { shuffled } from './shuffle.js';
import { runAtOnce, runWithPauses, type Steps } from './stepwise.js';

/**
 * How ring elements are chosen.
 * - `even`: the paper's method. floor(M/N) whole copies of 0…N−1 plus M mod N different elements, shuffled.
 * - `uneven`: each index drawn on its own, with replacement; what even sampling is compared with.
 * - `sequential`: 0, 1, …, N−1, 0, 1, … without a shuffle; the row without permutation of figure 5.
 */
export type Sampling = 'even' | 'uneven' | 'sequential';

/** What an index array is drawn from. */
export interface IndexArrayOptions {
  /** N, the number of elements of the ring: an integer from 1 to 2^30. */
  readonly ringSize: number;
  /** M, the number of weights to generate: an integer from 1 to 2^30. */
  readonly numGenerated: number;
  readonly sampling?: Sampling;
  /** Whether each weight gets a random sign; the rows without reflection of figure 5 do not. Default true. */
  readonly reflect?: boolean;
}

/** Bit 31 of a signed index: set when the weight is the negative of its ring element. */
export const NEGATIVE = 0x8000_0000 | 0;
/** The other bits: the position in the ring. */
export const INDEX_MASK = 0x7fff_ffff;

const LARGEST_SIZE = 2 ** 30;
const WORDS_PER_DRAW = 16_384;
/** Elements that one step works on: well under a millisecond. */
const STEP = 65_536;

/**
 * Draws the index array u with the reflections b packed beside it.
 *
 * The paper counts u's values from 1 and writes 1…M where 1…N is meant; here they are 0…N−1. It keeps two seeds, one for
 * the M mod N extra elements and one for the shuffle; here these and the signs are the forks `remainder`, `shuffle` and
 * `signs` of one stream. The result is the same for ever and everywhere: integer arithmetic alone decides it.
 *
 * @returns int32 [numGenerated]; bits 0–30 the position in the ring, bit 31 set for a negative sign
 * @throws RangeError for sizes outside 1…2^30
 */
export function drawIndexArray(options: IndexArrayOptions, rng: Rng): Int32Array {
  return runAtOnce(drawSteps(options, rng));
}

/**
 * `drawIndexArray`, the same bits, with a pause every 12 ms: the 21 million indices of a ResNet34 take a second or two,
 * for which a browser's page would freeze.
 *
 * @param pause what to wait for; absent, one turn of the event loop
 */
export async function drawIndexArrayAsync(
  options: IndexArrayOptions,
  rng: Rng,
  pause?: () => Promise<void>,
): Promise<Int32Array> {
  return runWithPauses(drawSteps(options, rng), pause);
}

/** What both variants run. */
function* drawSteps(options: IndexArrayOptions, rng: Rng): Steps<Int32Array> {
  const { ringSize, numGenerated, sampling = 'even', reflect = true } = options;
  checkSizes({ ringSize, numGenerated });
  const indices = yield* drawIndices(ringSize, numGenerated, sampling, rng);
  if (reflect) yield* addSigns(indices, rng.fork('signs'));
  return indices;
}

/** @throws RangeError for sizes outside 1…2^30 */
export function checkSizes(sizes: Pick<IndexArrayOptions, 'ringSize' | 'numGenerated'>): void {
  for (const key of ['ringSize', 'numGenerated'] as const) {
    const value = sizes[key];
    if (!Number.isInteger(value) || value < 1 || value > LARGEST_SIZE) {
      throw new RangeError(`drawIndexArray: ${key} is ${value}, expected an integer from 1 to ${LARGEST_SIZE}.`);
    }
  }
}

function* drawIndices(ringSize: number, numGenerated: number, sampling: Sampling, rng: Rng): Steps<Int32Array> {
  switch (sampling) {
    case 'even':
      return yield* shuffled(
        numGenerated,
        (target) => fillEvenly(target, ringSize, rng.fork('remainder')),
        rng.fork('shuffle'),
      );
    case 'uneven': {
      const draws = rng.fork('uneven');
      return yield* inSteps(new Int32Array(numGenerated), () => draws.below(ringSize));
    }
    case 'sequential':
      return yield* inSteps(new Int32Array(numGenerated), (position) => position % ringSize);
    default:
      throw new RangeError(
        `drawIndexArray: sampling is '${String(sampling satisfies never)}', expected 'even', 'uneven' or 'sequential'.`,
      );
  }
}

function* inSteps(target: Int32Array, valueAt: (position: number) => number): Steps<Int32Array> {
  for (let start = 0; start < target.length; start += STEP) {
    const end = Math.min(target.length, start + STEP);
    for (let position = start; position < end; position++) target[position] = valueAt(position);
    yield;
  }
  return target;
}

/** Whole copies of 0…N−1, then the remainder: M mod N different elements in rising order. */
function* fillEvenly(target: Int32Array, ringSize: number, rng: Rng): Steps<void> {
  const numWhole = target.length - (target.length % ringSize);
  for (let start = 0; start < numWhole; start += STEP) {
    countThrough(target, start, Math.min(numWhole, start + STEP), ringSize);
    yield;
  }
  yield* sampleWithoutReplacement(target.subarray(numWhole), ringSize, rng);
}

/** target[i] = i mod ringSize. */
function countThrough(target: Int32Array, start: number, end: number, ringSize: number): void {
  for (let i = start, element = start % ringSize; i < end; i++) {
    target[i] = element;
    element = element + 1 === ringSize ? 0 : element + 1;
  }
}

/**
 * Selection sampling (Knuth, The Art of Computer Programming 2, section 3.4.2, algorithm S): one pass over 0…N−1 in
 * which an element is taken with probability needed/left. 32-bit draws make that probability exact to 2^-32.
 */
function* sampleWithoutReplacement(target: Int32Array, ringSize: number, rng: Rng): Steps<void> {
  const words = new Uint32Array(Math.min(WORDS_PER_DRAW, ringSize));
  let taken = 0;
  for (let start = 0; taken < target.length; start += words.length) {
    rng.fillUint32(words);
    taken = sampleFrom(words, start, ringSize, target, taken);
    yield;
  }
}

/** Decides about the elements from `start` on, one word each. @returns how many are taken by now */
function sampleFrom(words: Uint32Array, start: number, ringSize: number, target: Int32Array, taken: number): number {
  for (let next = 0, element = start; next < words.length && taken < target.length; next++, element++) {
    const needed = target.length - taken;
    const left = ringSize - element;
    if (words[next]! * left < needed * 0x1_0000_0000) target[taken++] = element;
  }
  return taken;
}

/** One random bit a weight, from the low bit of each word upwards. */
function* addSigns(indices: Int32Array, rng: Rng): Steps<void> {
  const words = new Uint32Array(WORDS_PER_DRAW);
  for (let start = 0; start < indices.length; start += 32 * WORDS_PER_DRAW) {
    rng.fillUint32(words);
    const end = Math.min(indices.length, start + 32 * WORDS_PER_DRAW);
    for (let from = start; from < end; from += STEP) {
      setSigns(indices, words, start, from, Math.min(end, from + STEP));
      yield;
    }
  }
}

/** @param start the position that the first bit of the words is for */
function setSigns(indices: Int32Array, words: Uint32Array, start: number, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const bit = (words[(i - start) >>> 5]! >>> ((i - start) & 31)) & 1;
    indices[i] = indices[i]! | (bit << 31);
  }
}

/**
 * How often each element of the ring is used.
 *
 * @param signedIndices as `drawIndexArray` returns them
 * @returns int32 [ringSize]
 */
export function countUses(signedIndices: Int32Array, ringSize: number): Int32Array {
  const uses = new Int32Array(ringSize);
  for (const signed of signedIndices) uses[signed & INDEX_MASK]!++;
  return uses;
}
