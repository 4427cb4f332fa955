// Readers for JSON from files that may come from anyone. Each checks one kind of value; an object must have exactly the
// fields that its reader names.
import { short } from './strict-json.js';

/** Gives `value` its type or throws; `path` says where it stands, for the error's text. */
export type Reader<T> = (value: unknown, path: string) => T;

/** What a reader gives. */
export type Read<R> = R extends Reader<infer T> ? T : never;

function fail(path: string, value: unknown, expected: string): never {
  throw new TypeError(`${path} is ${value === undefined ? 'missing' : short(value)}, expected ${expected}.`);
}

/** A string of at most `maxLength` characters. */
export function text(maxLength: number): Reader<string> {
  return (value, path) =>
    typeof value === 'string' && value.length <= maxLength
      ? value
      : fail(path, value, `a text of at most ${maxLength} characters`);
}

/** A string of 1 to `maxLength` characters without control characters, so that messages can quote it. */
export function identifier(maxLength: number): Reader<string> {
  return (value, path) =>
    typeof value === 'string' && value.length > 0 && value.length <= maxLength && !/\p{Cc}/u.test(value)
      ? value
      : fail(path, value, `a name of 1 to ${maxLength} characters`);
}

/** A finite number. */
export const real: Reader<number> = (value, path) =>
  typeof value === 'number' && Number.isFinite(value) ? value : fail(path, value, 'a finite number');

/** An integer from `min` to `max`. */
export function integer(min: number, max: number): Reader<number> {
  return (value, path) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? value
      : fail(path, value, `an integer from ${min} to ${max}`);
}

/** True or false. */
export const flag: Reader<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : fail(path, value, 'true or false');

/** One of a few values. */
export function oneOf<const T extends string | number>(...allowed: readonly T[]): Reader<T> {
  return (value, path) =>
    allowed.find((each) => each === value) ??
    fail(path, value, `one of ${allowed.map((each) => short(each)).join(', ')}`);
}

/** `null` or what `reader` takes. */
export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value, path) => (value === null ? null : reader(value, path));
}

/** A list of at most `maxLength` values. */
export function list<T>(reader: Reader<T>, maxLength: number): Reader<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value) || value.length > maxLength) fail(path, value, `a list of at most ${maxLength} values`);
    return value.map((each: unknown, i) => reader(each, `${path}[${i}]`));
  };
}

/** An object with exactly these fields. */
export function object<Fields extends Record<string, Reader<unknown>>>(
  fields: Fields,
): Reader<{ readonly [Key in keyof Fields]: Read<Fields[Key]> }> {
  const names = Object.keys(fields);
  return (value, path) => {
    const given = entriesOf(value, path);
    const unknown = [...given.keys()].find((key) => !Object.hasOwn(fields, key));
    const missing = names.find((key) => !given.has(key));
    if (unknown !== undefined || missing !== undefined) {
      const wrong = unknown === undefined ? `lacks ${short(missing)}` : `has the unknown field ${short(unknown)}`;
      throw new TypeError(`${path} ${wrong}; its fields are ${names.join(', ')}.`);
    }
    const read = names.map((key) => [key, fields[key]!(given.get(key), `${path}.${key}`)] as const);
    return Object.fromEntries(read) as { readonly [Key in keyof Fields]: Read<Fields[Key]> };
  };
}

/** An object whose `kind` picks the reader. */
export function tagged<Readers extends Record<string, Reader<unknown>>>(
  readers: Readers,
): Reader<Read<Readers[keyof Readers]>> {
  const kind = oneOf(...Object.keys(readers));
  return (value, path) => {
    const picked = kind(entriesOf(value, path).get('kind'), `${path}.kind`);
    return readers[picked]!(value, path) as Read<Readers[keyof Readers]>;
  };
}

/** An object with any names and values of one kind. Has no prototype, so that no name means more than it says. */
export function dictionary<T>(reader: Reader<T>, maxSize: number): Reader<Readonly<Record<string, T>>> {
  return (value, path) => {
    const given = entriesOf(value, path);
    if (given.size > maxSize) throw new TypeError(`${path} has ${given.size} entries, expected at most ${maxSize}.`);
    const read = Object.create(null) as Record<string, T>;
    for (const [key, each] of given) read[key] = reader(each, `${path}[${short(key)}]`);
    return read;
  };
}

function entriesOf(value: unknown, path: string): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(path, value, 'an object');
  return new Map<string, unknown>(Object.entries(value));
}
