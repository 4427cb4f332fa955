import { describe, expect, test } from 'vitest';
import { parseJsonBytes } from './json-text.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

describe('what can only mean one thing is read', () => {
  const text = '{"größe": [1, "é"]}';
  test.each([
    { name: 'UTF-8', bytes: utf8(text) },
    { name: 'UTF-8 with a byte order mark', bytes: utf8(`\ufeff${text}`) },
    { name: 'UTF-16, low byte first, with a mark', bytes: utf16(`\ufeff${text}`) },
    { name: 'UTF-16, low byte first', bytes: utf16(text) },
    { name: 'UTF-16, high byte first, with a mark', bytes: utf16(`\ufeff${text}`).swap16() },
    { name: 'UTF-16, high byte first', bytes: utf16(text).swap16() },
  ])('$name', ({ bytes }) => {
    expect(parseJsonBytes(bytes)).toEqual({ größe: [1, 'é'] });
  });

  test('NaN and infinities as Python writes them, and not inside of strings', () => {
    const value = parseJsonBytes(utf8('{"a": [NaN, -Infinity,Infinity ], "b": "NaN, [NaN]", "c": "\\"", "NaN": NaN}'));
    expect(value).toEqual({ a: [NaN, -Infinity, Infinity], b: 'NaN, [NaN]', c: '"', NaN: NaN });
    expect(parseJsonBytes(utf8('NaN'))).toBeNaN();
  });

  test('the same key in other objects, and values equal to keys', () => {
    expect(parseJsonBytes(utf8('[{"a": "a"}, {"a": ["a", {"a": 1}]}]'))).toEqual([{ a: 'a' }, { a: ['a', { a: 1 }] }]);
  });
});

describe('of all else the cause is said', () => {
  test('of a file cut inside of a string with a million quotes, without looking at it once for each', () => {
    expect(() => parseJsonBytes(utf8('{"a": "' + '\\"'.repeat(1_000_000)))).toThrow(
      /^it is not JSON \(Unterminated string/,
    );
    expect(() => parseJsonBytes(utf8('"' + '\\"'.repeat(1_000_000) + '\\'))).toThrow(/^it is not JSON \(/);
  });

  test('of a very long key, in few words', () => {
    const key = `"${'k'.repeat(100_000)}"`;
    expect(() => parseJsonBytes(utf8(`{${key}: 1, ${key}: 2}`))).toThrow(
      new SyntaxError(`it gives the key "${'k'.repeat(79)}… twice, the second time in line 1`),
    );
  });

  test.each([
    { bytes: utf8(''), error: 'the file is empty' },
    { bytes: utf8('\ufeff \n'), error: 'the file is empty' },
    {
      bytes: utf8('version https://git-lfs.github.com/spec/v1\n'),
      error: 'it is a Git LFS pointer, not the file itself; `git lfs pull` fetches it',
    },
    {
      bytes: utf8('\ufeff\n<!DOCTYPE html>'),
      error: 'it is a web page or XML, not JSON; a download may have saved a sign-in page',
    },
    { bytes: Uint8Array.of(0x1f, 0x8b, 8, 0), error: 'it is packed with gzip; unpack it first' },
    { bytes: Buffer.from('PK\x03\x04', 'latin1'), error: 'it is a zip archive; unpack it first' },
    { bytes: Buffer.from('\x89HDF\r\n', 'latin1'), error: 'it is HDF5, not JSON' },
    { bytes: utf8('MATLAB 5.0 MAT-file'), error: 'it is a MATLAB file, not JSON' },
    {
      bytes: Buffer.from('{\n"a": "caf\xe9"}', 'latin1'),
      error: 'line 2 holds bytes that are no UTF-8; save the file as UTF-8',
    },
    {
      bytes: utf16('{"a": 1}').subarray(0, 15),
      error: 'it is UTF-16 with an odd number of bytes: the file is cut short',
    },
    {
      bytes: Uint8Array.of(0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0),
      error: 'it is text in UTF-32 or holds zero bytes; save it as UTF-8',
    },
    {
      bytes: utf8('{"a": 1,\n "b": {"c": 1,\n "\\u0063": 2}}'),
      error: 'it gives the key "c" twice, the second time in line 3',
    },
    { bytes: utf8('['.repeat(70) + ']'.repeat(70)), error: 'it nests deeper than 64 levels' },
  ])('$error', ({ bytes, error }) => {
    expect(() => parseJsonBytes(bytes)).toThrow(new SyntaxError(error));
  });

  test.each(['{"a": 1', '{"a": NaN', '{"a": NaN1}', '[NaN NaN]', '{NaN: 1}', '{"a": -NaN}'])(
    '%s is no JSON',
    (text) => {
      expect(() => parseJsonBytes(utf8(text))).toThrow(/^it is not JSON \(.*\)$/);
    },
  );
});
