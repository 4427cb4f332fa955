import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStrictJson, short, StrictJsonError } from './strict-json.js';

test.each([
  { json: '{"a":1,"a":2}', error: 'JSON that has the key "a" twice' },
  { json: '{"a":{"b":1,"\\u0062" :1}}', error: 'JSON that has the key "b" twice' },
  { json: '{"a\\\\":1,"a\\\\"\n:2}', error: 'JSON that has the key "a\\\\" twice' },
  { json: '[[[[]]]]', error: 'JSON that nests deeper than 3 levels' },
  { json: '{"a":', error: 'not JSON' },
  { json: '{"\\x":1}', error: 'not JSON' },
  { json: '"open', error: 'not JSON' },
  { json: '', error: 'not JSON' },
])('$json is $error', ({ json, error }) => {
  expect(() => parseStrictJson(json, 3)).toThrow(new StrictJsonError(error));
});

test.each([
  { json: '{"a":{"a":["a","a"]},"b":"\\"a\\":1,\\"a\\":{{{{[[[["}' }, // equal keys at different levels; text in strings
  { json: '["a","a",{"a":"a"},{"a":"a"}]' },
  { json: ' 5 ' },
])('$json is read as JSON.parse does', ({ json }) => {
  expect(parseStrictJson(json, 3)).toEqual(JSON.parse(json));
});

test('any JSON without equal keys is read as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (json) => {
      expect(parseStrictJson(json, 20)).toEqual(JSON.parse(json));
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test('any text is read or refused', () => {
  const pieces = fc.array(fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', 'a', '1', ' '), { maxLength: 20 });
  fc.assert(
    fc.property(pieces, (parts) => {
      try {
        parseStrictJson(parts.join(''), 3);
      } catch (error) {
        expect(error).toBeInstanceOf(StrictJsonError);
      }
    }),
    { seed: 2, numRuns: 5000 },
  );
});

test('short cuts what is long and escapes control characters', () => {
  expect(short(['a'])).toBe('["a"]');
  expect(short('\u001b[31m')).toBe(String.raw`"\u001b[31m"`);
  expect(short('x'.repeat(200))).toBe(`"${'x'.repeat(79)}…`);
});
