// Compares the data at hand with what a network was trained on. What belongs to the network must be the same; other
// examples are told, by name where that can be.
import { DataError } from '../errors.js';
import { type JsonObject, type JsonValue, toJsonObject } from '../json/json.js';
import type { DataAtHand, SplitAtHand, SplitIdentity } from './identity.js';
import type { KnownData, TrainedData } from './trained-data.js';

export interface CheckDataOptions {
  /** What cannot be done with other data, such as `Cannot resume runs/a`. */
  readonly refusal: string;
  /** Shows a line to the person in front. */
  readonly note: (line: string) => void;
}

/**
 * Notes which splits have other examples than before, and that nothing is known where that is so.
 *
 * @throws DataError when class names, normalisation or what else belongs to the network differ
 */
export async function checkData(
  before: TrainedData,
  now: DataAtHand,
  { refusal, note }: CheckDataOptions,
): Promise<void> {
  if (before.kind === 'none') return;
  if (before.kind === 'unknown') {
    note(
      `${before.from} does not say which data it was trained on: an older version wrote it. Its class names, ` +
        'normalisation and lists of examples cannot be compared with those of now.',
    );
    return;
  }
  const differences = networkDifferences(before.identity.network, toJsonObject(now.network, 'network'));
  if (differences.length > 0) {
    throw new DataError(
      before.from,
      `${refusal}: the network was trained on other data than there is now.\n` +
        firstOf(differences, 10)
          .map((line) => `  ${line}\n`)
          .join('') +
        'Give the data that it was trained on, or train a new network.',
    );
  }
  for (const [name, split] of Object.entries(now.splits)) {
    const splitBefore = before.identity.splits[name];
    if (splitBefore === undefined || split.digest === splitBefore.digest) continue;
    note(`Other examples than before in ${name}: ${await describeChange(name, split, splitBefore, before)}`);
  }
}

async function describeChange(
  name: string,
  now: SplitAtHand,
  before: SplitIdentity,
  { namesOf }: KnownData,
): Promise<string> {
  const counts = `${now.numExamples}, it had ${before.numExamples}`;
  const [oldNames, newNames] = [await namesOf(name), now.names === undefined ? undefined : [...now.names()]];
  if (newNames === undefined) return `${counts}; the content differs.`;
  if (oldNames === undefined) return `${counts}; which ones cannot be told: the run's list of them is not at hand.`;
  const [oldSet, newSet] = [new Set(oldNames), new Set(newNames)];
  const added = newNames.filter((example) => !oldSet.has(example));
  const gone = oldNames.filter((example) => !newSet.has(example));
  if (added.length === 0 && gone.length === 0) return `${counts}; the same ones in another order.`;
  const told = (examples: readonly string[]) => {
    const quoted = examples.map((example) => JSON.stringify(example));
    return quoted.length === 0 ? 'none' : firstOf(quoted, 5).join(', ');
  };
  return `${counts}; new: ${told(added)}; gone: ${told(gone)}.`;
}

/** Of the facts that both have: one that another version added says nothing. */
function networkDifferences(before: JsonObject, now: JsonObject): string[] {
  const inBoth = Object.keys(before).filter((key) => key in now);
  return inBoth.flatMap((key) => differencesOf(before[key], now[key], key));
}

/** One line for each value that differs, named by its path. */
function differencesOf(before: JsonValue | undefined, now: JsonValue | undefined, path: string): string[] {
  const [old, current] = [partsOf(before), partsOf(now)];
  if (old === undefined || current === undefined) {
    if (JSON.stringify(before) === JSON.stringify(now)) return [];
    return [`${path}: was ${shown(before)}, is ${shown(now)}`];
  }
  return [...new Set([...old.keys(), ...current.keys()])].flatMap((key) =>
    differencesOf(old.get(key), current.get(key), `${path}.${key}`),
  );
}

/** The members of an object or an array; undefined for a single value. */
function partsOf(value: JsonValue | undefined): Map<string, JsonValue> | undefined {
  return typeof value === 'object' && value !== null ? new Map(Object.entries<JsonValue>(value)) : undefined;
}

function shown(value: JsonValue | undefined): string {
  return value === undefined ? 'not there' : JSON.stringify(value);
}

/** The first of a long list, and how many more there are. */
function firstOf(all: readonly string[], most: number): string[] {
  return all.length <= most ? [...all] : [...all.slice(0, most), `and ${all.length - most} more`];
}
