import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codeOf, ConfigError, DataError, reasonOf } from './errors.js';

test('the errors of the house keep key, file, cause and name', () => {
  const cause = new Error('below');
  const config = new ConfigError('data.folder', 'wrong', { cause });
  const data = new DataError('a/b.bin', 'short', { cause });
  expect([config.name, config.key, config.message, config.cause]).toEqual([
    'ConfigError',
    'data.folder',
    'wrong',
    cause,
  ]);
  expect([data.name, data.file, data.message, data.cause]).toEqual(['DataError', 'a/b.bin', 'short', cause]);
});

test.each([
  { error: new RangeError('too large'), reason: 'too large' },
  { error: 'a thrown string', reason: 'a thrown string' },
  { error: undefined, reason: 'undefined' },
])('the words of $error', ({ error, reason }) => {
  expect(reasonOf(error)).toBe(reason);
});

test('the code of an error of the system', () => {
  let caught: unknown;
  try {
    readFileSync('/there/is/no/such/file');
  } catch (error) {
    caught = error;
  }
  expect(codeOf(caught)).toBe('ENOENT');
});

test.each([new Error('ENOENT'), { code: 'ENOENT' }, 'ENOENT', null, undefined])('%o has none', (error) => {
  expect(codeOf(error)).toBeUndefined();
});
