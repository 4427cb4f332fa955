import { describe, expect, test } from 'vitest';
import { createRng, createStream } from './rng.js';

describe('named streams', () => {
  // Drawn once with this algorithm and frozen: checkpoints of every past run depend on them.
  test('golden values', () => {
    const rng = createRng('golden');
    expect(Array.from({ length: 4 }, () => rng.uint32())).toEqual([2763378463, 3539916251, 1916633722, 2740303489]);
    expect(createRng(7).fork('a').fork(3).uint32()).toBe(308693840);
  });

  test('a fork depends on names alone, not on what was drawn before', () => {
    const parent = createRng('seed');
    const early = parent.fork('x').uint32();
    parent.uint32();
    parent.normal();
    expect(parent.fork('x').uint32()).toBe(early);
    expect(createRng('seed/x').uint32()).toBe(early);
    expect(parent.fork('x').path).toBe('seed/x');
    expect(parent.fork('y').uint32()).not.toBe(early);
  });

  test('filling draws what single calls draw, and the two mix', () => {
    const [one, many] = [createRng('mix'), createRng('mix')];
    const words = new Uint32Array(100);
    many.fillUint32(words);
    expect([...words]).toEqual(Array.from({ length: 100 }, () => one.uint32()));
    expect(many.uint32()).toBe(one.uint32());
  });

  test('the state words tell the next draw: a + b + counter', () => {
    const rng = createRng('state');
    rng.uint32();
    const [a, b, , counter] = rng.stateWords();
    expect(counter).toBe(17); // 1, the 15 draws of the warm-up, and one
    expect(rng.uint32()).toBe((a + b + counter) >>> 0);
  });

  test.each([1, 2, 3, 7, 2 ** 31 + 1, 2 ** 32])('below(%d) stays below, and is even', (bound) => {
    const rng = createRng('below');
    const draws = Array.from({ length: 20_000 }, () => rng.below(bound));
    expect(draws.every((draw) => Number.isInteger(draw) && draw >= 0 && draw < bound)).toBe(true);
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const deviation = Math.sqrt((bound ** 2 - 1) / 12 / draws.length);
    expect(Math.abs(mean - (bound - 1) / 2)).toBeLessThanOrEqual(4 * deviation);
  });

  test('below refuses bounds that are no bounds', () => {
    expect(() => createRng(1).below(0)).toThrow('Rng.below: bound is 0, expected an integer from 1 to 4294967296.');
    expect(() => createRng(1).below(1.5)).toThrow(RangeError);
  });

  test('normals have mean 0, variance 1 and the normal share within one deviation', () => {
    const rng = createRng('normal');
    const draws = Array.from({ length: 100_000 }, () => rng.normal());
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + x * x, 0) / draws.length;
    const within = draws.filter((x) => Math.abs(x) < 1).length / draws.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
    expect(within).toBeCloseTo(0.6827, 2);
  });
});

describe('streams to draw from directly', () => {
  const seeds = [
    ...[1, 11, 111, '1111', '1/1/', '1/'],
    ...['ab', 'abab', 'ababab', 'a/b', 'a:b', 'a%b', 'a b'],
    ...['\u0101', '\u0001', 'I', '\u0149', '模型', '\u{1f600}', '\ud83d', '\ude00'],
    ...[0, 1e21, '1e21', -1, 0.1, 'stream:1', 'stream:1stream:1', '%003a', ':'],
  ];
  const first = (rng: { uint32(): number }): string => [rng.uint32(), rng.uint32(), rng.uint32()].join();

  test('each seed has its own, where createRng gives twins', () => {
    expect(new Set(seeds.map((seed) => first(createStream(seed)))).size).toBe(seeds.length);
    expect(new Set([1, 11, 111].map((seed) => first(createRng(seed)))).size).toBe(1); // as ever: models depend on it
    expect(new Set([1, 11, 111].map((seed) => first(createRng(seed).fork('a')))).size).toBe(3);
  });

  // Drawn once with this algorithm and frozen.
  test('golden values, and the path starts the stream anew', () => {
    expect(first(createStream(1))).toBe('2947967494,961001677,564338605');
    const stream = createStream('ü/1');
    expect(stream.path).toBe('stream:%00fc%002f1');
    expect(first(createRng(stream.path))).toBe(first(stream));
    expect(createStream('1').path).toBe(createStream(1).path);
    expect(createStream(-0).path).toBe(createStream(0).path);
  });

  test.each([[''], [NaN], [Infinity], [null], [10n], [true]])('%o is no seed', (seed) => {
    expect(() => createStream(seed as never)).toThrow(
      /^createStream: seed is .*, expected a non-empty text or a finite number\.$/,
    );
  });
});
