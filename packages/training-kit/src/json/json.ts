// JSON that keeps what it is given: JSON.stringify would turn NaN into null and drop functions without a word.
import { createHash } from 'node:crypto';

/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/**
 * Copies plain data into JSON values; keys that hold undefined are left out.
 *
 * @param name stands for `value` in error texts
 * @throws TypeError naming the path of what JSON cannot hold: NaN, infinities, functions, class instances, cycles
 */
export function toJson(value: unknown, name: string): JsonValue {
  return copy(value, name, []);
}

/** As `toJson`, for an object. */
export function toJsonObject(value: object, name: string): JsonObject {
  return copyObject(value, name, []);
}

/** Far more than settings or metrics nest; what goes down to here level by level needs little stack. */
const MAX_DEPTH = 64;

/**
 * Reads JSON that others may have written.
 *
 * @throws SyntaxError for what is no JSON, and for values that nest so deep that going through them would end the program
 */
export function parseJson(text: string): JsonValue {
  const value = JSON.parse(text) as JsonValue;
  checkDepth(value);
  return value;
}

/** @throws SyntaxError for values that nest so deep that going through them would end the program */
export function checkDepth(value: JsonValue): void {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw new SyntaxError(`it nests deeper than ${MAX_DEPTH} levels`);
    level = level.flatMap((part) => (typeof part === 'object' && part !== null ? Object.values<JsonValue>(part) : []));
  }
}

/** JSON text that is the same for equal values, whatever the order of their keys. */
export function stableJson(value: JsonValue): string {
  return JSON.stringify(value, (_, part: JsonValue) => (isJsonObject(part) ? sortedByKey(part) : part));
}

/** The first 16 hex digits of the SHA-256 of `stableJson(value)`. */
export function jsonHash(value: JsonValue): string {
  return createHash('sha256').update(stableJson(value)).digest('hex').slice(0, 16);
}

/** Path of each value that is no object, with dots between levels -> the value; what is undefined is left out. */
export function leavesOf(object: Readonly<Record<string, JsonValue | undefined>>, prefix = ''): Map<string, JsonValue> {
  const leaves = new Map<string, JsonValue>();
  for (const [key, value] of Object.entries(object)) {
    if (isJsonObject(value)) for (const [path, leaf] of leavesOf(value, `${prefix}${key}.`)) leaves.set(path, leaf);
    else if (value !== undefined) leaves.set(prefix + key, value);
  }
  return leaves;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A whole number from 0 that is exact. */
export function isCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function sortedByKey(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function copy(value: unknown, path: string, parents: readonly object[]): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'object') {
    throw new TypeError(`${path} is ${typeof value === 'number' ? value : typeof value}, which JSON cannot hold.`);
  }
  if (parents.includes(value)) throw new TypeError(`${path} contains itself, which JSON cannot hold.`);
  if (!Array.isArray(value)) return copyObject(value, path, parents);
  return value.map((item: unknown, i) => copy(item, `${path}.${i}`, [...parents, value]));
}

function copyObject(value: object, path: string, parents: readonly object[]): JsonObject {
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`${path} is a ${value.constructor.name}, which JSON cannot hold; give a plain object.`);
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, copy(item, `${path}.${key}`, [...parents, value])]));
}
