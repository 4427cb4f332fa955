// Named random streams. Every random choice of a run is a fork of one seed, so that no choice disturbs another and
// a worker, a browser and a resumed run draw the same numbers. The algorithm is frozen: golden values in rng.test.ts.
import seedrandom from 'seedrandom/seedrandom.js';
import { checkSeed } from './seed.js';

/** A stream of random numbers that is fully determined by `path`. */
export interface Rng {
  /** Seed and fork names joined by '/': `createRng(rng.path)` starts the same stream anew, in a worker for instance. */
  readonly path: string;
  /** An independent stream; it depends on this stream's path alone, not on how much was drawn from it. */
  fork(name: string | number): Rng;
  /** Uniform integer in [0, 2^32). */
  uint32(): number;
  /** Uniform float in [0, 1) with 32 bits of resolution. */
  uniform(): number;
  /** Uniform integer in [0, bound), without bias. @throws RangeError unless 1 <= bound <= 2^32 */
  below(bound: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** Fills `words` with uniform integers in [0, 2^32): the same ones as that many calls of `uint32`. */
  fillUint32(words: Uint32Array): void;
  /** a, b, c and the counter of sfc32, from which `uint32` goes on: for an operation that draws elsewhere. */
  stateWords(): readonly [number, number, number, number];
}

/**
 * Starts the stream named by `path`: a seed, or the `path` of another stream. Draw from its forks. What is drawn from the
 * stream itself need not differ between seeds: ARC4 repeats its key and takes the low byte of each character, so that 1,
 * 11 and 111 name one stream (their forks differ). `createStream` has no such twins; here they stay, because every model
 * and run of the past was drawn so.
 *
 * seedrandom (ARC4) turns the name into 96 bits of state; the numbers themselves come from sfc32 (Chris Doty-Humphrey,
 * PractRand), 32-bit integer operations only, because ARC4 is too slow for the 21 million draws of a ResNet34.
 */
export function createRng(path: string | number): Rng {
  return new Sfc32(checkSeed(path, 'createRng: '));
}

/**
 * Starts a stream to draw from directly: other seeds, other streams. It is none of `createRng(seed)`'s, but
 * `createRng(stream.path)` starts it anew like any other.
 *
 * @throws TypeError unless `seed` is a text with at least one character or a finite number; 1 and '1' are one seed
 */
export function createStream(seed: string | number): Rng {
  // Characters of one byte, and a colon that occurs once: no path is another one repeated.
  const name = checkSeed(seed, 'createStream: ').replace(
    /[^\w.-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return createRng(`stream:${name}`);
}

/** sfc32 throws away its first outputs until seed bits have spread over the whole state. */
const WARM_UP = 15;

class Sfc32 implements Rng {
  readonly path: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spareNormal: number | undefined;

  constructor(path: string) {
    this.path = path;
    const key = seedrandom(path);
    this.#a = key.int32();
    this.#b = key.int32();
    this.#c = key.int32();
    for (let i = 0; i < WARM_UP; i++) this.uint32();
  }

  fork(name: string | number): Rng {
    return new Sfc32(`${this.path}/${name}`);
  }

  stateWords(): readonly [number, number, number, number] {
    return [this.#a, this.#b, this.#c, this.#counter];
  }

  uint32(): number {
    const b = this.#b;
    const c = this.#c;
    const output = (((this.#a + b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = b ^ (b >>> 9);
    this.#b = (c + (c << 3)) | 0;
    this.#c = (((c << 21) | (c >>> 11)) + output) | 0;
    return output >>> 0;
  }

  uniform(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 0x1_0000_0000) {
      throw new RangeError(`Rng.below: bound is ${bound}, expected an integer from 1 to 4294967296.`);
    }
    // Rejection under a mask: exact for every bound with 32-bit operations, fewer than two draws on average.
    const mask = bound === 1 ? 0 : 0xffff_ffff >>> Math.clz32(bound - 1);
    for (;;) {
      const value = (this.uint32() & mask) >>> 0;
      if (value < bound) return value;
    }
  }

  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform())); // 1 - u is in (0, 1]: the logarithm stays finite
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  fillUint32(words: Uint32Array): void {
    let a = this.#a;
    let b = this.#b;
    let c = this.#c;
    let counter = this.#counter;
    for (let i = 0; i < words.length; i++) {
      const output = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + output) | 0;
      words[i] = output;
    }
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#counter = counter;
  }
}
