// Settings of a zod object schema as a command line sees them: flag names, values from text, what is allowed in words.
import { z } from 'zod';
import { fromUsersFolder } from './users-folder.js';

/** The part of JSON Schema that zod writes for settings. */
interface SettingSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  /** `path` for what `pathText` made. */
  readonly format?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly SettingSchema[];
  readonly oneOf?: readonly SettingSchema[];
  readonly items?: SettingSchema;
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
}

/** A setting that names a file or folder; as a flag it counts from where the user stands. */
export function pathText(): z.ZodString {
  return z.string().meta({ format: 'path' });
}

/** One key of a schema. */
export interface Setting {
  /** Key in the config, camelCase. */
  readonly key: string;
  /** The flag without its dashes, kebab-case. */
  readonly flag: string;
  /** True for a boolean, also one that may be null: `--flag` and `--no-flag`, no value. */
  readonly isSwitch: boolean;
  /** What stands between < and > in help: `number`, `text`, `list`, `json`, or the choices. */
  readonly placeholder: string;
  readonly description: string;
  /** In words, to follow "expected": `a whole number from 1 to 10`. */
  readonly allowed: string;
  /** The schema's default; undefined when the key has none. */
  readonly defaultValue: unknown;
  /** True for what `pathText` made, also where it may be null. */
  readonly isPath: boolean;
  /** True for a path that is where the user stands when left out. */
  readonly isHere: boolean;
  /** Reads a flag's text. What cannot be read stays text, for the schema to refuse with its key. */
  parse(text: string): unknown;
}

/** All settings of `schema`, in its order. */
export function settingsOf(schema: z.ZodObject): Setting[] {
  // The cast narrows zod's very wide JSON Schema type to the keywords used here.
  const { properties } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SettingSchema;
  return Object.entries(properties ?? {}).map(([key, property]) => ({
    key,
    flag: kebabCase(key),
    isSwitch: isSwitch(property),
    placeholder: placeholderOf(property),
    description: property.description ?? '',
    allowed: allowedIn(property),
    defaultValue: property.default,
    isPath: isPath(property),
    isHere: isPath(property) && property.default === '.',
    parse: (text) => valueOrText(property, text),
  }));
}

function isPath({ format, anyOf = [] }: SettingSchema): boolean {
  return format === 'path' || anyOf.some(isPath);
}

/** The schema's defaults by key; settings without one are left out. */
export function defaultsOf(schema: z.ZodObject): Record<string, unknown> {
  const known = settingsOf(schema).filter(({ defaultValue }) => defaultValue !== undefined);
  return Object.fromEntries(known.map(({ key, defaultValue }) => [key, defaultValue]));
}

/** True for a word that gives the flag: `--flag`, `--flag=value`, `--no-flag`. */
export function namesFlag(word: string, flag: string): boolean {
  return word === `--${flag}` || word === `--no-${flag}` || word.startsWith(`--${flag}=`);
}

/** `numSteps` -> `num-steps`. */
export function kebabCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A boolean, or one that may be left open. */
function isSwitch(property: SettingSchema): boolean {
  const types = alternativesOf(property).map(({ type }) => type);
  return types.includes('boolean') && types.every((type) => type === 'boolean' || type === 'null');
}

function alternativesOf(schema: SettingSchema): readonly SettingSchema[] {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return alternatives;
  if (typeof schema.type === 'object') return schema.type.map((type) => ({ ...schema, type }));
  return [schema];
}

function choicesOf(schema: SettingSchema): readonly unknown[] | undefined {
  if (schema.enum !== undefined) return schema.enum;
  return 'const' in schema ? [schema.const] : undefined;
}

function valueOrText(schema: SettingSchema, text: string): unknown {
  const value = valueFromText(schema, text);
  return value === undefined ? text : value; // null is a value
}

/** @returns undefined when `text` cannot be such a value */
function valueFromText(schema: SettingSchema, text: string): unknown {
  const alternatives = alternativesOf(schema);
  if (alternatives.length > 1) {
    // Text takes everything, so it is asked last.
    const ordered = [...alternatives].sort((a, b) => Number(isFreeText(a)) - Number(isFreeText(b)));
    for (const alternative of ordered) {
      const value = valueFromText(alternative, text);
      if (value !== undefined) return value;
    }
    return undefined;
  }
  const choices = choicesOf(schema);
  if (choices !== undefined) return choices.find((choice) => String(choice) === text);
  switch (schema.type) {
    case 'number':
    case 'integer':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'null':
      return text === 'null' || text === 'none' ? null : undefined;
    case 'array':
      return text === '' ? [] : text.split(',').map((part) => valueOrText(schema.items ?? {}, part));
    case 'object':
      return jsonFromText(text);
    case undefined:
    default:
      return schema.format === 'path' ? fromUsersFolder(text) : text;
  }
}

function isFreeText(schema: SettingSchema): boolean {
  return schema.type === 'string' && choicesOf(schema) === undefined;
}

function jsonFromText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // refused by the schema, which names key and text
  }
}

function placeholderOf(schema: SettingSchema): string {
  const names = alternativesOf(schema).flatMap((alternative): string[] => {
    const choices = choicesOf(alternative);
    if (choices !== undefined) return choices.map(String);
    if (alternative.type === 'number' || alternative.type === 'integer') return ['number'];
    if (alternative.type === 'array') return ['list'];
    if (alternative.type === 'object') return ['json'];
    if (alternative.type === 'null') return ['none'];
    if (alternative.type === 'boolean') return ['true', 'false'];
    return ['text'];
  });
  return [...new Set(names)].join('|');
}

function allowedIn(schema: SettingSchema): string {
  const alternatives = alternativesOf(schema);
  if (alternatives.length > 1) {
    const choices = alternatives.flatMap((alternative) => choicesOf(alternative) ?? []);
    if (choices.length === alternatives.length) return `one of ${choices.map(String).join(', ')}`;
    return alternatives.map(allowedIn).join(' or ');
  }
  const choices = choicesOf(schema);
  if (choices !== undefined) {
    return choices.length === 1 ? String(choices[0]) : `one of ${choices.map(String).join(', ')}`;
  }
  switch (schema.type) {
    case 'integer':
      return `a whole number${rangeIn(schema)}`;
    case 'number':
      return `a number${rangeIn(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'none';
    case 'array':
      return `values with commas between${schema.items === undefined ? '' : `, each ${allowedIn(schema.items)}`}`;
    case 'object':
      return `an object in JSON${keysIn(schema)}`;
    case undefined:
    default:
      return 'text';
  }
}

function keysIn(schema: SettingSchema): string {
  const keys = Object.keys(schema.properties ?? {});
  return keys.length === 0 ? '' : ` with ${keys.join(', ')}`;
}

function rangeIn(schema: SettingSchema): string {
  const { multipleOf: step } = schema;
  return boundsIn(schema) + (step === undefined ? '' : `, a multiple of ${step}`);
}

function boundsIn(schema: SettingSchema): string {
  // zod gives every integer the bounds of safe integers; to a reader those are no bounds.
  const isBound = (bound: number | undefined): bound is number =>
    bound !== undefined && Math.abs(bound) !== Number.MAX_SAFE_INTEGER;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (isBound(minimum) && isBound(maximum)) return ` from ${minimum} to ${maximum}`;
  const bounds: string[] = [];
  if (isBound(minimum)) bounds.push(`at least ${minimum}`);
  if (isBound(exclusiveMinimum)) bounds.push(`above ${exclusiveMinimum}`);
  if (isBound(maximum)) bounds.push(`at most ${maximum}`);
  if (isBound(exclusiveMaximum)) bounds.push(`below ${exclusiveMaximum}`);
  return bounds.length === 0 ? '' : ` ${bounds.join(' and ')}`;
}
