// In what two workers differ, in words.
import { isJsonObject, type JsonObject, type JsonValue } from 'training-kit/data';

/** `batchSize is 128 and 256`: the first key, in order, whose values differ; undefined for equal objects. */
export function firstDifference(one: JsonObject, other: JsonObject, path = ''): string | undefined {
  for (const key of [...new Set([...Object.keys(one), ...Object.keys(other)])]) {
    const [a, b] = [one[key], other[key]];
    const name = path === '' ? key : `${path}.${key}`;
    if (isJsonObject(a) && isJsonObject(b)) {
      const inside = firstDifference(a, b, name);
      if (inside !== undefined) return inside;
    } else if (JSON.stringify(a) !== JSON.stringify(b)) return `${name} is ${shown(a)} and ${shown(b)}`;
  }
  return undefined;
}

const LONGEST = 60;

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'not set';
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
