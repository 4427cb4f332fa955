// What stands before the data of a safetensors file: eight bytes with the header's length, and a header in JSON. Files may
// come from anyone, so everything in the header is checked before it is used.
import { elementsIn, isDtype, KINDS, type SafetensorsDtype, type SafetensorsTensor } from './safetensors-tensor.js';
import { parseStrictJson, short, StrictJsonError } from './strict-json.js';

/** Bytes at the start of a file that tell how long its header is; a file of fewer is none. */
export const LENGTH_BYTES = 8;
export const METADATA = '__metadata__';
/** The bound that the reference reader sets. */
export const MAX_HEADER_BYTES = 100_000_000;
/** Header, tensor, shape. */
const MAX_DEPTH = 3;

// Every engine has it; it is declared here because this library is compiled without DOM and Node types.
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => {
  decode(bytes: Uint8Array): string;
};

/** A tensor as the header describes it. */
export interface SafetensorsEntry {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Where its bytes begin and end, counted from the first byte of the data. */
  readonly begin: number;
  readonly end: number;
}

/** What stands before the data. */
export interface SafetensorsHead {
  /** In the order of the header; together they fill the data exactly. */
  readonly entries: readonly SafetensorsEntry[];
  /** Has no prototype: looking up a name that the file does not hold gives undefined, whatever the name. */
  readonly metadata: Record<string, string>;
  /** Offset of the data in the file, in bytes. */
  readonly dataStart: number;
}

/**
 * @param start the file's first eight bytes at least, or all that it has
 * @param numFileBytes size of the whole file
 * @returns how many bytes of the file stand before the data
 * @throws RangeError for a file that is too short, or a length that makes no sense
 */
export function safetensorsHeadBytes(start: Uint8Array, numFileBytes: number): number {
  if (numFileBytes < LENGTH_BYTES) {
    throw new RangeError(`Not a safetensors file: ${numFileBytes} bytes, expected at least ${LENGTH_BYTES}.`);
  }
  const length = new DataView(start.buffer, start.byteOffset, start.byteLength).getBigUint64(0, true);
  const available = numFileBytes - LENGTH_BYTES;
  if (length < 2n || length > BigInt(Math.min(MAX_HEADER_BYTES, available))) {
    const cut = length > BigInt(available) && length <= BigInt(MAX_HEADER_BYTES) ? '; it looks cut short' : '';
    throw new RangeError(
      `Not a safetensors file: the header says it has ${length} bytes, expected from 2 to ${Math.min(MAX_HEADER_BYTES, available)}${cut}.`,
    );
  }
  return LENGTH_BYTES + Number(length);
}

/**
 * Reads what stands before the data.
 *
 * @param head the file's first `safetensorsHeadBytes` bytes at least
 * @param numFileBytes size of the whole file
 * @throws as `decodeSafetensors`
 */
export function readSafetensorsHead(head: Uint8Array, numFileBytes: number): SafetensorsHead {
  const dataStart = safetensorsHeadBytes(head, numFileBytes);
  const entries: SafetensorsEntry[] = [];
  const metadata = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(parseHeader(head.subarray(LENGTH_BYTES, dataStart)))) {
    if (name === METADATA) readMetadata(value, metadata);
    else entries.push(readEntry(name, value));
  }
  checkLayout(entries, numFileBytes - dataStart);
  return { entries, metadata, dataStart };
}

/** A tensor from its bytes. @param buffer `end - begin` bytes of the data, which the tensor keeps as its own */
export function safetensorsTensor({ dtype, shape }: SafetensorsEntry, buffer: ArrayBuffer): SafetensorsTensor {
  // `wrap` fits `dtype` by the type of KINDS; the compiler does not follow that through the lookup.
  return { dtype, shape, data: KINDS[dtype].wrap(buffer) } as SafetensorsTensor;
}

function parseHeader(bytes: Uint8Array): object {
  let header: unknown;
  try {
    header = parseStrictJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), MAX_DEPTH);
  } catch (error) {
    const why = error instanceof StrictJsonError ? error.message : 'not UTF-8';
    throw new TypeError(`Not a safetensors file: the header is ${why}.`, { cause: error });
  }
  if (!isPlainObject(header)) throw new TypeError('Not a safetensors file: the header is not a JSON object.');
  return header;
}

function readMetadata(value: unknown, metadata: Record<string, string>): void {
  if (!isPlainObject(value)) throw new TypeError(`The safetensors ${METADATA} is not an object.`);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') {
      throw new TypeError(`The safetensors ${METADATA} holds ${short(key)}, which is not a string.`);
    }
    metadata[key] = text;
  }
}

function readEntry(name: string, value: unknown): SafetensorsEntry {
  const tensor = `Tensor ${short(name)} of the safetensors file`;
  if (!isPlainObject(value)) throw new TypeError(`${tensor} is not described by an object.`);
  const fields = new Map<string, unknown>(Object.entries(value));
  const dtype = fields.get('dtype');
  const shape = fields.get('shape');
  const offsets = fields.get('data_offsets');
  if (fields.size !== 3 || dtype === undefined || shape === undefined || offsets === undefined) {
    throw new TypeError(
      `${tensor} has the fields ${short([...fields.keys()])}, expected dtype, shape and data_offsets.`,
    );
  }
  if (!isDtype(dtype)) {
    throw new TypeError(`${tensor} has dtype ${short(dtype)}, expected one of ${Object.keys(KINDS).join(', ')}.`);
  }
  if (!isSizes(shape)) throw new TypeError(`${tensor} has a shape that is not a list of whole numbers.`);
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw new TypeError(`${tensor} has data_offsets that are not two whole numbers.`);
  }
  const [begin, end] = [offsets[0]!, offsets[1]!];
  const numBytes = elementsIn(shape, name) * KINDS[dtype].size;
  if (end - begin !== numBytes) {
    throw new RangeError(
      `${tensor} takes ${end - begin} bytes, expected ${numBytes} for ${dtype} of shape ${short(shape)}.`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/** Tensors lie back to back in some order and fill the data exactly. */
function checkLayout(entries: readonly SafetensorsEntry[], numDataBytes: number): void {
  let next = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== next) {
      throw new RangeError(
        `Tensor ${short(name)} of the safetensors file begins at byte ${begin} of the data, expected ${next}:` +
          ` tensors ${begin < next ? 'overlap' : 'leave a hole'}.`,
      );
    }
    next = end;
  }
  if (next !== numDataBytes) {
    throw new RangeError(
      `The safetensors file holds ${numDataBytes} bytes of data, its header describes ${next}: it is cut short or too long.`,
    );
  }
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
