import { describe, expect, test } from 'vitest';
import { isCount, jsonHash, leavesOf, parseJson, stableJson, toJson, toJsonObject } from './json.js';

describe('toJson', () => {
  test('copies plain data and leaves out undefined', () => {
    const value = { a: [1, 'x', null, { b: true }], c: undefined };
    const copy = toJson(value, 'value');
    expect(copy).toStrictEqual({ a: [1, 'x', null, { b: true }] });
    value.a.push(2);
    expect(copy).toStrictEqual({ a: [1, 'x', null, { b: true }] });
  });

  const cycle: Record<string, unknown> = {};
  cycle.self = { inner: cycle };
  test.each([
    { value: { a: [0, NaN] }, error: 'value.a.1 is NaN, which JSON cannot hold.' },
    { value: { a: Infinity }, error: 'value.a is Infinity, which JSON cannot hold.' },
    { value: { a: () => 1 }, error: 'value.a is function, which JSON cannot hold.' },
    { value: [undefined], error: 'value.0 is undefined, which JSON cannot hold.' },
    { value: 1n, error: 'value is bigint, which JSON cannot hold.' },
    { value: { a: new Date(0) }, error: 'value.a is a Date, which JSON cannot hold; give a plain object.' },
    { value: new Float32Array(1), error: 'value is a Float32Array, which JSON cannot hold; give a plain object.' },
    { value: cycle, error: 'value.self.inner contains itself, which JSON cannot hold.' },
  ])('refuses what $error', ({ value, error }) => {
    expect(() => toJson(value, 'value')).toThrow(new TypeError(error));
  });

  test('takes the same object twice, beside itself', () => {
    const shared = { x: 1 };
    expect(toJson({ a: shared, b: shared }, 'value')).toEqual({ a: { x: 1 }, b: { x: 1 } });
  });

  test('keeps a key named __proto__ a key', () => {
    const copy = toJsonObject(JSON.parse('{"__proto__":{"x":1}}') as object, 'value');
    expect(Object.keys(copy)).toEqual(['__proto__']);
    expect(copy.x).toBeUndefined();
  });
});

test('stableJson and jsonHash do not depend on the order of keys', () => {
  const [one, other] = [
    { b: [{ d: 1, c: 2 }], a: null },
    { a: null, b: [{ c: 2, d: 1 }] },
  ];
  expect(stableJson(one)).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
  expect(stableJson(other)).toBe(stableJson(one));
  expect(jsonHash(one)).toBe(jsonHash(other));
  expect(jsonHash(one)).not.toBe(jsonHash({ ...one, a: 0 }));
});

test('leavesOf gives each value that is no object by its path', () => {
  const value = { a: 1, b: { c: [{ d: 1 }], e: { f: null } }, g: {}, h: undefined };
  expect([...leavesOf(value)]).toEqual([
    ['a', 1],
    ['b.c', [{ d: 1 }]],
    ['b.e.f', null],
  ]);
});

test.each([0, 7, 2 ** 53 - 1])('%d is a count', (value) => {
  expect(isCount(value)).toBe(true);
});

test.each([-1, 0.5, 2 ** 53, NaN, '1', null, undefined, [1]])('%j is no count', (value) => {
  expect(isCount(value)).toBe(false);
});

describe('parseJson', () => {
  const nested = (depth: number) => '[{"a":'.repeat(depth / 2) + '1' + '}]'.repeat(depth / 2);

  test('reads JSON', () => {
    expect(parseJson('{"a":[1,{"b":null}]}')).toEqual({ a: [1, { b: null }] });
    expect(parseJson(nested(64))).toEqual(JSON.parse(nested(64)));
  });

  test.each([66, 200_000])('refuses %d levels', (depth) => {
    expect(() => parseJson(nested(depth))).toThrow(new SyntaxError('it nests deeper than 64 levels'));
  });

  test('refuses what is none', () => {
    expect(() => parseJson('{')).toThrow(SyntaxError);
  });
});
