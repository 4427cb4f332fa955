// A resolved config from layers (preset, file, flags) and the schema's defaults; every complaint names key and layer.
import type { z } from 'zod';
import { ConfigError } from '../errors.js';
import type { JsonObject } from '../json/json.js';
import { KEY_DIGEST } from '../weights/key-file.js';
import { didYouMean } from '../words/nearest.js';
import { shortJson } from '../words/short-json.js';
import { settingsOf } from './settings.js';

/** Enough for a path. */
const MAX_SHOWN = 200;
/** A list may be wrong in each of its thousand places. */
const MAX_COMPLAINTS = 10;

/** Values for some keys of a schema, and where they come from. */
export interface ConfigLayer {
  /** For error texts: `preset quick`, `flags`. */
  readonly source: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Lays `layers` over the schema's defaults, the last one on top, and checks the result.
 *
 * Nested objects are replaced as wholes, not merged. Declare them with `z.strictObject`, so that unknown keys inside
 * them are refused too.
 *
 * @throws ConfigError for an unknown key, a missing one or a wrong value; the text lists what is wrong, ten
 *   things at most
 */
export function resolveConfig<Schema extends z.ZodObject>(
  schema: Schema,
  layers: readonly ConfigLayer[],
): z.output<Schema> {
  const values = new Map<string, unknown>();
  const sources = new Map<string, string>();
  for (const { source, values: layer } of layers) {
    const unknown = unknownKeyIn(layer, schema);
    if (unknown !== undefined) throw unknownKey(unknown, source, Object.keys(schema.shape));
    for (const [key, value] of Object.entries(layer)) {
      if (value === undefined) continue; // a preset that spreads another may hold undefined
      values.set(key, value);
      sources.set(key, source);
    }
  }
  const parsed = schema.safeParse(Object.fromEntries(values));
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const complaints = issues.slice(0, MAX_COMPLAINTS).map((issue) => complaintAbout(issue, schema, values, sources));
  if (issues.length > MAX_COMPLAINTS) complaints.push(`And ${issues.length - MAX_COMPLAINTS} more.`);
  throw new ConfigError(issues[0]?.path.map(String).join('.') ?? '', complaints.join('\n'), {
    cause: parsed.error,
  });
}

/** The first of `values`' keys that `schema` does not have. */
export function unknownKeyIn(values: object, schema: z.ZodObject): string | undefined {
  return Object.keys(values).find((key) => !Object.hasOwn(schema.shape, key));
}

/** What a run keeps among its settings: the name of its preset, the digest of its key. */
const keptBeside: readonly string[] = ['preset', KEY_DIGEST];

/** The settings in a run's record or checkpoint, without what is kept beside them and `schema` does not have. */
export function settingsAlone(settings: JsonObject, schema: z.ZodObject): JsonObject {
  return Object.fromEntries(
    Object.entries(settings).filter(([key]) => !keptBeside.includes(key) || Object.hasOwn(schema.shape, key)),
  );
}

function unknownKey(key: string, source: string, known: readonly string[]): ConfigError {
  const shown = key.length > MAX_SHOWN ? shortJson(key) : key;
  return new ConfigError(
    key,
    `Unknown key ${shown} in ${source}.${didYouMean(key, known)} Known keys: ${known.join(', ')}.`,
  );
}

function complaintAbout(
  issue: z.core.$ZodIssue,
  schema: z.ZodObject,
  values: ReadonlyMap<string, unknown>,
  sources: ReadonlyMap<string, string>,
): string {
  const [key, ...rest] = issue.path.map(String);
  if (key === undefined) return issue.message; // a check over several keys; its author wrote the sentence
  const setting = settingsOf(schema).find((candidate) => candidate.key === key);
  const path = [key, ...rest].join('.');
  const source = sources.get(key);
  if (source === undefined) {
    if (issue.code === 'custom') return `${path}: ${issue.message}`;
    return `${path} is missing, expected ${setting?.allowed ?? 'a value'}. Give it with --${setting?.flag ?? path}.`;
  }
  const got = `${key} is ${shortJson(values.get(key), MAX_SHOWN)} (from ${source})`;
  if (issue.code === 'custom') return `${got}: ${issue.message}`;
  const inside = rest.length === 0 ? '' : ` In ${path}: ${issue.message}.`;
  return `${got}, expected ${setting?.allowed ?? 'another value'}.${inside}`;
}
