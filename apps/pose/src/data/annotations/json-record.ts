// One record of a JSON annotation file, read key by key: what is not as it should be stops the run with a message that
// names file, record and key.
import { parseJsonBytes, readFileBytes } from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import { recordError } from './annotations.js';
import type { RecordOrigin } from './person-record.js';

/** The official files have about 25 MB; a JavaScript string could not hold more than twice this. */
const maxJsonBytes = 256 * 1024 * 1024;

const WRONG_FORMAT = 'Is the file of the format that it was taken for, and whole?';

export class JsonRecord {
  readonly origin: RecordOrigin;
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(origin: RecordOrigin, fields: Readonly<Record<string, unknown>>) {
    this.origin = origin;
    this.#fields = fields;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#fields, key);
  }

  number(key: string): number {
    return this.#number(key, this.#fields[key]);
  }

  text(key: string): string {
    const value = this.#fields[key];
    if (typeof value !== 'string' || value === '') throw this.#wrong(key, value, 'a name');
    return value;
  }

  /** An array of `length` numbers. */
  numbers(key: string, length: number): readonly number[] {
    return this.#numbers(key, this.#fields[key], length);
  }

  /** An array of `rows` arrays of `columns` numbers each. */
  rows(key: string, rows: number, columns: number): readonly (readonly number[])[] {
    return this.#array(key, this.#fields[key], rows).map((row, i) => this.#numbers(`${key}[${i}]`, row, columns));
  }

  error(problem: string, mend = WRONG_FORMAT): DataError {
    const image = this.#fields.image ?? this.#fields.img_paths; // helps to find the record
    return recordError(this.origin, typeof image === 'string' ? image : undefined, problem, mend);
  }

  #numbers(path: string, value: unknown, length: number): readonly number[] {
    return this.#array(path, value, length).map((item, i) => this.#number(`${path}[${i}]`, item));
  }

  #array(path: string, value: unknown, length: number): readonly unknown[] {
    if (!Array.isArray(value)) throw this.#wrong(path, value, `an array of ${length}`);
    if (value.length !== length) throw this.error(`"${path}" has ${value.length} items, expected ${length}`);
    return value;
  }

  #number(path: string, value: unknown): number {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.#wrong(path, value, 'a number');
    return value;
  }

  #wrong(path: string, value: unknown, expected: string): DataError {
    return value === undefined
      ? this.error(`it has no "${path}"`)
      : this.error(`"${path}" is ${kindOf(value)}, expected ${expected}`);
  }
}

/** The records of a file that is one JSON array. @throws DataError when it is not, or a record is no object */
export async function readJsonRecords(file: string): Promise<readonly JsonRecord[]> {
  const bytes = await readFileBytes(file, maxJsonBytes);
  let content: unknown;
  try {
    content = parseJsonBytes(bytes);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new DataError(file, `Cannot read ${file}: ${cause.message}. Expected a JSON array of records.`, { cause });
  }
  if (!Array.isArray(content)) {
    throw new DataError(file, `Cannot read ${file}: it holds ${kindOf(content)}, expected an array of records.`);
  }
  return content.map((value: unknown, i) => {
    const origin = { file, record: `record ${i}` };
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw recordError(origin, undefined, `it is ${kindOf(value)}, expected an object`, WRONG_FORMAT);
    }
    return new JsonRecord(origin, value as Readonly<Record<string, unknown>>);
  });
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'string') return `the text "${value.slice(0, 40)}"`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'an object';
}
