import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codeOf } from './error-code.js';

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
