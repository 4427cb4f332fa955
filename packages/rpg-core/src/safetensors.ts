// The safetensors file format, bytes only: eight bytes of header length, a JSON header, the tensors' data back to back.
// Files may come from anywhere, so nothing in the header is believed before it is checked.
import { parseStrictJson, short, StrictJsonError } from './strict-json.js';

/** Typed array of each element type. F16 and BF16 hold their raw 16 bits, BOOL holds 0 or 1. */
interface ArrayOf {
  F64: Float64Array;
  F32: Float32Array;
  F16: Uint16Array;
  BF16: Uint16Array;
  I64: BigInt64Array;
  U64: BigUint64Array;
  I32: Int32Array;
  U32: Uint32Array;
  I16: Int16Array;
  U16: Uint16Array;
  I8: Int8Array;
  U8: Uint8Array;
  BOOL: Uint8Array;
}

/** Element type, as the format names it. */
export type SafetensorsDtype = keyof ArrayOf;

/** A tensor in row-major order; `data.length` is the product of `shape` (1 for a scalar, shape []). */
export type SafetensorsTensor = {
  [Dtype in SafetensorsDtype]: {
    readonly dtype: Dtype;
    readonly shape: readonly number[];
    readonly data: ArrayOf[Dtype];
  };
}[SafetensorsDtype];

/** What a file holds. The arrays are copies, owned by the caller. */
export interface SafetensorsContent {
  /** In the order of the header. */
  readonly tensors: Map<string, SafetensorsTensor>;
  /** Has no prototype: looking up a name that the file does not hold gives undefined, whatever the name. */
  readonly metadata: Record<string, string>;
}

/** Bytes of one element, and its array over bytes that start at an aligned offset of `buffer`. */
const KINDS = {
  F64: { size: 8, wrap: (buffer: ArrayBuffer) => new Float64Array(buffer) },
  F32: { size: 4, wrap: (buffer: ArrayBuffer) => new Float32Array(buffer) },
  F16: { size: 2, wrap: (buffer: ArrayBuffer) => new Uint16Array(buffer) },
  BF16: { size: 2, wrap: (buffer: ArrayBuffer) => new Uint16Array(buffer) },
  I64: { size: 8, wrap: (buffer: ArrayBuffer) => new BigInt64Array(buffer) },
  U64: { size: 8, wrap: (buffer: ArrayBuffer) => new BigUint64Array(buffer) },
  I32: { size: 4, wrap: (buffer: ArrayBuffer) => new Int32Array(buffer) },
  U32: { size: 4, wrap: (buffer: ArrayBuffer) => new Uint32Array(buffer) },
  I16: { size: 2, wrap: (buffer: ArrayBuffer) => new Int16Array(buffer) },
  U16: { size: 2, wrap: (buffer: ArrayBuffer) => new Uint16Array(buffer) },
  I8: { size: 1, wrap: (buffer: ArrayBuffer) => new Int8Array(buffer) },
  U8: { size: 1, wrap: (buffer: ArrayBuffer) => new Uint8Array(buffer) },
  BOOL: { size: 1, wrap: (buffer: ArrayBuffer) => new Uint8Array(buffer) },
} satisfies { [Dtype in SafetensorsDtype]: { size: number; wrap: (buffer: ArrayBuffer) => ArrayOf[Dtype] } };

const LENGTH_BYTES = 8;
const METADATA = '__metadata__';
/** The bound that the reference reader sets. */
const MAX_HEADER_BYTES = 100_000_000;
const ALIGNMENT = 8;
/** Header, tensor, shape. */
const MAX_DEPTH = 3;
const SPACE = 0x20;

// Every engine has these; they are declared here because this library is compiled without DOM and Node types.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => {
  decode(bytes: Uint8Array): string;
};

interface HeaderEntry {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Writes tensors as one safetensors file, wide elements first, so that all data is aligned to its element size.
 *
 * @returns the file's bytes; the same tensors in the same order give the same bytes
 * @throws RangeError when data and shape disagree, a name is reserved, or the header would be too large
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const ordered = [...tensors].sort(([, a], [, b]) => KINDS[b.dtype].size - KINDS[a.dtype].size);
  const entries: string[] = [];
  if (Object.keys(metadata).length > 0) entries.push(`${JSON.stringify(METADATA)}:${JSON.stringify(metadata)}`);
  let numDataBytes = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    if (name === METADATA) throw new RangeError(`A tensor cannot be named ${METADATA}: the format keeps that name.`);
    if (data.length !== elementsIn(shape, name) || data.BYTES_PER_ELEMENT !== KINDS[dtype].size) {
      throw new RangeError(
        `Tensor ${name} holds ${data.length} elements of ${data.BYTES_PER_ELEMENT} bytes,` +
          ` expected ${elementsIn(shape, name)} of ${KINDS[dtype].size} for ${dtype} of shape ${short(shape)}.`,
      );
    }
    const end = numDataBytes + data.byteLength;
    entries.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [numDataBytes, end] })}`);
    numDataBytes = end;
  }

  const header = new TextEncoder().encode(`{${entries.join(',')}}`);
  const numHeaderBytes = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
  if (numHeaderBytes > MAX_HEADER_BYTES) {
    throw new RangeError(
      `The safetensors header takes ${numHeaderBytes} bytes, at most ${MAX_HEADER_BYTES} are allowed.`,
    );
  }
  const bytes = new Uint8Array(LENGTH_BYTES + numHeaderBytes + numDataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(numHeaderBytes), true);
  bytes.set(header, LENGTH_BYTES);
  let offset = LENGTH_BYTES + numHeaderBytes;
  bytes.fill(SPACE, LENGTH_BYTES + header.length, offset);
  for (const [, { data }] of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file, whoever wrote it.
 *
 * @throws RangeError when lengths, offsets or sizes do not fit; TypeError when the header is no header or an element
 *   type is unknown. The text begins with "Not a safetensors file" or names the tensor.
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsContent {
  const numHeaderBytes = headerLength(bytes);
  const dataStart = LENGTH_BYTES + numHeaderBytes;
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart));
  const entries: HeaderEntry[] = [];
  const metadata = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) readMetadata(value, metadata);
    else entries.push(readEntry(name, value));
  }
  checkLayout(entries, bytes.length - dataStart);

  const tensors = new Map<string, SafetensorsTensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    const buffer = new ArrayBuffer(end - begin); // a fresh buffer: the file's own need not be aligned
    new Uint8Array(buffer).set(bytes.subarray(dataStart + begin, dataStart + end));
    // `wrap` fits `dtype` by the type of KINDS; the compiler does not follow that through the lookup.
    tensors.set(name, { dtype, shape, data: KINDS[dtype].wrap(buffer) } as SafetensorsTensor);
  }
  return { tensors, metadata };
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES) {
    throw new RangeError(`Not a safetensors file: ${bytes.length} bytes, expected at least ${LENGTH_BYTES}.`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);
  const available = bytes.length - LENGTH_BYTES;
  if (length < 2n || length > BigInt(Math.min(MAX_HEADER_BYTES, available))) {
    const cut = length > BigInt(available) && length <= BigInt(MAX_HEADER_BYTES) ? '; it looks cut short' : '';
    throw new RangeError(
      `Not a safetensors file: the header says it has ${length} bytes, expected from 2 to ${Math.min(MAX_HEADER_BYTES, available)}${cut}.`,
    );
  }
  return Number(length);
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

function readEntry(name: string, value: unknown): HeaderEntry {
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
function checkLayout(entries: readonly HeaderEntry[], numDataBytes: number): void {
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

function elementsIn(shape: readonly number[], name: string): number {
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (!Number.isSafeInteger(count * ALIGNMENT) || size < 0) {
      throw new RangeError(`Tensor ${short(name)} has shape ${short(shape)}, too large to be real.`);
    }
  }
  return count;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === 'string' && Object.hasOwn(KINDS, value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
