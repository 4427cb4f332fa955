// In what two workers differ, in words.
import { type JsonObject, type JsonValue, leavesOf, shortJson } from 'training-kit/data';

/** `batchSize is 128 and 256`: the first key, in order, whose values differ; undefined for equal objects. */
export function firstDifference(one: JsonObject, other: JsonObject): string | undefined {
  const [a, b] = [leavesOf(one), leavesOf(other)];
  const differs = (key: string) => JSON.stringify(a.get(key)) !== JSON.stringify(b.get(key));
  const key = [...a.keys(), ...b.keys()].find(differs);
  return key === undefined ? undefined : `${key} is ${shown(a.get(key))} and ${shown(b.get(key))}`;
}

function shown(value: JsonValue | undefined): string {
  return value === undefined ? 'not set' : shortJson(value, 60);
}
