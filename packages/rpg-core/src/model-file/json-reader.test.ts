import { expect, test } from 'vitest';
import {
  dictionary,
  flag,
  identifier,
  integer,
  list,
  nullable,
  object,
  oneOf,
  real,
  tagged,
  text,
} from './json-reader.js';

const person = object({ name: identifier(5), age: nullable(integer(0, 150)), tags: list(text(3), 2) });

test('gives values their type, as they are', () => {
  const ada = { name: 'Ada', age: null, tags: ['a', ''] };
  expect(person(ada, 'person')).toEqual(ada);
  expect(real(-0.5, 'x')).toBe(-0.5);
  expect(flag(false, 'x')).toBe(false);
  expect(oneOf<string | number>('a', 2)(2, 'x')).toBe(2);
});

test.each<[unknown, string]>([
  [[], 'person is [], expected an object.'],
  [{ name: 'Ada', age: 1 }, 'person lacks "tags"; its fields are name, age, tags.'],
  [{ name: 'Ada', age: 1, tags: [], x: 1 }, 'person has the unknown field "x"; its fields are name, age, tags.'],
  [{ name: '', age: 1, tags: [] }, 'person.name is "", expected a name of 1 to 5 characters.'],
  [{ name: 'a\nb', age: 1, tags: [] }, 'person.name is "a\\nb", expected a name of 1 to 5 characters.'],
  [{ name: 'Ada', age: 1.5, tags: [] }, 'person.age is 1.5, expected an integer from 0 to 150.'],
  [{ name: 'Ada', age: '1', tags: [] }, 'person.age is "1", expected an integer from 0 to 150.'],
  [{ name: 'Ada', age: 1, tags: ['', '', ''] }, 'person.tags is ["","",""], expected a list of at most 2 values.'],
  [{ name: 'Ada', age: 1, tags: ['', 'long'] }, 'person.tags[1] is "long", expected a text of at most 3 characters.'],
])('%o is refused', (value, message) => {
  expect(() => person(value, 'person')).toThrow(new TypeError(message));
});

test.each<[string, () => unknown, string]>([
  ['a number', () => real(Infinity, 'x'), 'x is null, expected a finite number.'],
  ['a flag', () => flag(undefined, 'x'), 'x is missing, expected true or false.'],
  ['a choice', () => oneOf<string | number>('a', 2)('2', 'x'), 'x is "2", expected one of "a", 2.'],
])('%s that is none is refused', (_, run, message) => {
  expect(run).toThrow(new TypeError(message));
});

test('the kind picks the reader', () => {
  const shape = tagged({
    circle: object({ kind: oneOf('circle'), radius: real }),
    point: object({ kind: oneOf('point') }),
  });
  expect(shape({ kind: 'circle', radius: 2 }, 'shape')).toEqual({ kind: 'circle', radius: 2 });
  expect(() => shape({ kind: 'point', radius: 2 }, 'shape')).toThrow(
    'shape has the unknown field "radius"; its fields are kind.',
  );
  expect(() => shape({ kind: 'toString' }, 'shape')).toThrow(
    'shape.kind is "toString", expected one of "circle", "point".',
  );
});

test('a dictionary takes any names, and has none of its own', () => {
  const texts = dictionary(text(1), 2);
  const read = texts(JSON.parse('{"__proto__":"a"}'), 'd');
  expect(Object.entries(read)).toEqual([['__proto__', 'a']]);
  expect(read.constructor).toBeUndefined();
  expect(() => texts({ a: '', b: '', c: '' }, 'd')).toThrow('d has 3 entries, expected at most 2.');
  expect(() => texts({ 'a b': 'long' }, 'd')).toThrow('d["a b"] is "long", expected a text of at most 1 characters.');
});
