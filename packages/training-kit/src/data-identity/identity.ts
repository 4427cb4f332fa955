// What a network was trained on, small enough for every checkpoint: what belongs to the network, and which examples each
// split had, as a digest. The lists themselves stay in the run's folder (`lists.ts`).
import { createHash, type Hash } from 'node:crypto';
import { isCount, isJsonObject, type JsonObject, type JsonValue, toJsonObject } from '../json/json.js';

/** As run record and checkpoint keep it. */
export interface DataIdentity {
  /** What the trained numbers mean nothing without: class names in label order, normalisation. */
  readonly network: JsonObject;
  /** By split: train, val, test. */
  readonly splits: Readonly<Record<string, SplitIdentity>>;
}

export interface SplitIdentity {
  readonly numExamples: number;
  /** The first 16 hex digits of a SHA-256: equal for the same examples in the same order. */
  readonly digest: string;
}

/** Data that lies before a command now. */
export interface DataAtHand {
  /** Plain data, as in `DataIdentity`. */
  readonly network: object;
  readonly splits: Readonly<Record<string, SplitAtHand>>;
}

export interface SplitAtHand extends SplitIdentity {
  /** In order; left out where examples have no names. Called when they are needed: there may be a million. */
  readonly names?: () => Iterable<string>;
}

/**
 * A split whose examples have names: paths below a folder, or what else tells them apart. Names that differ in their
 * Unicode form alone (NFC and NFD) are the same name.
 */
export function namedExamples(names: () => Iterable<string>): SplitAtHand {
  const normalized = function* (): Generator<string> {
    for (const name of names()) yield name.normalize('NFC');
  };
  const hash = createHash('sha256');
  let numExamples = 0;
  for (const name of normalized()) {
    hash.update(`${name}\0`); // no file's name holds this
    numExamples++;
  }
  return { numExamples, digest: digestOf(hash), names: normalized };
}

/** A split whose examples are known by their content alone. */
export function examplesInMemory(numExamples: number, parts: readonly ArrayBufferView[]): SplitAtHand {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  return { numExamples, digest: digestOf(hash) };
}

/** What is kept of `data`. @throws TypeError when `network` is no plain data */
export function identityOf({ network, splits }: DataAtHand): DataIdentity {
  const kept = Object.entries(splits).map(
    ([name, { numExamples, digest }]) => [name, { numExamples, digest }] as const,
  );
  return { network: toJsonObject(network, 'network'), splits: Object.fromEntries(kept) };
}

/** Undefined for what is no identity. */
export function parseDataIdentity(value: JsonValue | undefined): DataIdentity | undefined {
  if (!isJsonObject(value)) return undefined;
  const { network, splits } = value;
  if (!isJsonObject(network) || !isJsonObject(splits)) return undefined;
  const parsed = Object.entries(splits).map(([name, split]) => [name, parseSplit(split)] as const);
  const known = parsed.flatMap(([name, split]) => (split === undefined ? [] : [[name, split] as const]));
  return known.length === parsed.length ? { network, splits: Object.fromEntries(known) } : undefined;
}

function parseSplit(value: JsonValue): SplitIdentity | undefined {
  if (!isJsonObject(value)) return undefined;
  const { numExamples, digest } = value;
  return isCount(numExamples) && typeof digest === 'string' ? { numExamples, digest } : undefined;
}

function digestOf(hash: Hash): string {
  return hash.digest('hex').slice(0, 16);
}
