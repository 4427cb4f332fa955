import { expect, test } from 'vitest';
import { createRng } from './rng.js';
import { checkSeed } from './seed.js';

test.each<[unknown, string]>([
  [null, 'null'],
  [undefined, 'undefined'],
  [NaN, 'NaN'],
  [true, 'true'],
  ['', 'an empty text'],
  [{}, 'an object'],
])('%o is no seed', (seed, shown) => {
  expect(() => checkSeed(seed)).toThrow(`seed is ${shown}, expected a non-empty text or a finite number.`);
});

test('a stream wants a name', () => {
  expect(() => createRng('')).toThrow(
    'createRng: seed is an empty text, expected a non-empty text or a finite number.',
  );
  expect(() => createRng(NaN)).toThrow('createRng: seed is NaN, expected a non-empty text or a finite number.');
});
