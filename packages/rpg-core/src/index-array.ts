// Which element of the ring each generated weight is, and with which sign: the paper's index array u and reflections b
// (section 3, "Even Parameter Distribution for Different Layers" and equation 3), drawn from named seeds.
import type { Rng } from './rng.js';
import { shuffled } from './shuffle.js';

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
  const { ringSize, numGenerated, sampling = 'even', reflect = true } = options;
  checkSize('ringSize', ringSize);
  checkSize('numGenerated', numGenerated);
  const indices = drawIndices(ringSize, numGenerated, sampling, rng);
  if (reflect) addSigns(indices, rng.fork('signs'));
  return indices;
}

function checkSize(key: string, value: number): void {
  if (!Number.isInteger(value) || value < 1 || value > LARGEST_SIZE) {
    throw new RangeError(`drawIndexArray: ${key} is ${value}, expected an integer from 1 to ${LARGEST_SIZE}.`);
  }
}

function drawIndices(ringSize: number, numGenerated: number, sampling: Sampling, rng: Rng): Int32Array {
  switch (sampling) {
    case 'even':
      return shuffled(
        numGenerated,
        (target) => {
          fillEvenly(target, ringSize, rng.fork('remainder'));
        },
        rng.fork('shuffle'),
      );
    case 'uneven': {
      const draws = rng.fork('uneven');
      return new Int32Array(numGenerated).map(() => draws.below(ringSize));
    }
    case 'sequential':
      return new Int32Array(numGenerated).map((_, position) => position % ringSize);
    default:
      throw new RangeError(
        `drawIndexArray: sampling is '${String(sampling satisfies never)}', expected 'even', 'uneven' or 'sequential'.`,
      );
  }
}

/** Whole copies of 0…N−1, then the remainder: M mod N different elements in rising order. */
function fillEvenly(target: Int32Array, ringSize: number, rng: Rng): void {
  const numWhole = target.length - (target.length % ringSize);
  for (let start = 0; start < numWhole; start += ringSize) {
    for (let element = 0; element < ringSize; element++) target[start + element] = element;
  }
  sampleWithoutReplacement(target.subarray(numWhole), ringSize, rng);
}

/**
 * Selection sampling (Knuth, The Art of Computer Programming 2, section 3.4.2, algorithm S): one pass over 0…N−1 in
 * which an element is taken with probability needed/left. 32-bit draws make that probability exact to 2^-32.
 */
function sampleWithoutReplacement(target: Int32Array, ringSize: number, rng: Rng): void {
  const words = new Uint32Array(Math.min(WORDS_PER_DRAW, ringSize));
  let taken = 0;
  for (let element = 0, next = words.length; taken < target.length; element++, next++) {
    if (next === words.length) {
      rng.fillUint32(words);
      next = 0;
    }
    const needed = target.length - taken;
    const left = ringSize - element;
    if (words[next]! * left < needed * 0x1_0000_0000) target[taken++] = element;
  }
}

/** One random bit a weight, from the low bit of each word upwards. */
function addSigns(indices: Int32Array, rng: Rng): void {
  const words = new Uint32Array(WORDS_PER_DRAW);
  for (let start = 0; start < indices.length; start += 32 * WORDS_PER_DRAW) {
    rng.fillUint32(words);
    const end = Math.min(indices.length, start + 32 * WORDS_PER_DRAW);
    for (let i = start; i < end; i++) {
      const bit = (words[(i - start) >>> 5]! >>> ((i - start) & 31)) & 1;
      indices[i] = indices[i]! | (bit << 31);
    }
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
