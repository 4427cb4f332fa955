import { expect, test } from 'vitest';
import { KEY } from '../../test/small-models.js';
import { createKey, isKey } from './key.js';

test('a key has 256 random bits', () => {
  const keys = Array.from({ length: 20 }, createKey);
  expect(new Set(keys).size).toBe(20);
  for (const key of keys) expect([key.length, isKey(key)]).toEqual([64, true]);
  expect(isKey(KEY.toUpperCase())).toBe(true); // as other programs write it
});
