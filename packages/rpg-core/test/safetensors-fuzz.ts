// Safetensors files, right and spoiled, from a random generator; the quick and the slow suite share it.
import fc from 'fast-check';
import { expect } from 'vitest';
import {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsContent,
  type SafetensorsDtype,
  type SafetensorsTensor,
} from '../src/model-file/safetensors.js';

/** A file put together by hand: length, header text, data. */
export function fileOf(header: string, data: readonly number[] = [], length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

/** A right answer or a clear error, never anything else. */
function readOrRefuse(bytes: Uint8Array): SafetensorsContent | undefined {
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    const isClear =
      (error instanceof RangeError || error instanceof TypeError) && /safetensors|^Tensor /.test(error.message);
    if (isClear && error.message.length < 400) return undefined;
    throw error;
  }
}

const arrayOf: {
  [Dtype in SafetensorsDtype]: (bytes: Uint8Array) => Extract<SafetensorsTensor, { dtype: Dtype }>['data'];
} = {
  F64: (bytes) => new Float64Array(bytes.slice().buffer),
  F32: (bytes) => new Float32Array(bytes.slice().buffer),
  F16: (bytes) => new Uint16Array(bytes.slice().buffer),
  BF16: (bytes) => new Uint16Array(bytes.slice().buffer),
  I64: (bytes) => new BigInt64Array(bytes.slice().buffer),
  U64: (bytes) => new BigUint64Array(bytes.slice().buffer),
  I32: (bytes) => new Int32Array(bytes.slice().buffer),
  U32: (bytes) => new Uint32Array(bytes.slice().buffer),
  I16: (bytes) => new Int16Array(bytes.slice().buffer),
  U16: (bytes) => new Uint16Array(bytes.slice().buffer),
  I8: (bytes) => new Int8Array(bytes.slice().buffer),
  U8: (bytes) => bytes.slice(),
  BOOL: (bytes) => bytes.slice(),
};
const tensor = fc
  .tuple(
    fc.constantFrom(...(Object.keys(arrayOf) as SafetensorsDtype[])),
    fc.array(fc.nat(3), { maxLength: 3 }),
    fc.uint8Array({ minLength: 27 * 8, maxLength: 27 * 8 }),
  )
  .map(([dtype, shape, bytes]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return { dtype, shape, data: arrayOf[dtype](bytes).slice(0, count) } as SafetensorsTensor;
  });
const name = fc.string({ unit: 'grapheme' }).filter((text) => text !== '__metadata__');
const content = fc.tuple(
  fc.array(fc.tuple(name, tensor), { maxLength: 4 }),
  fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
);

/** Bit patterns, since NaN payloads count too. */
function bits({ data }: SafetensorsTensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** What is written is read back, bit for bit. */
export function fuzzRoundTrip(numRuns: number, seed: number): void {
  const property = fc.property(content, ([entries, metadata]) => {
    const written = new Map(entries);
    const read = decodeSafetensors(encodeSafetensors(written, metadata));
    expect(Object.entries(read.metadata)).toEqual(Object.entries(metadata));
    expect(read.tensors.size).toBe(written.size);
    for (const [name, expected] of written) {
      const actual = read.tensors.get(name)!;
      expect([actual.dtype, actual.shape, bits(actual)]).toEqual([expected.dtype, expected.shape, bits(expected)]);
    }
  });
  fc.assert(property, { numRuns, seed });
}

/** Bytes that mean nothing. */
export function fuzzBytes(numRuns: number, seed: number): void {
  const property = fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isHeaderInside) => {
    // A header length that fits lets the bytes reach the JSON reader.
    if (isHeaderInside && bytes.length > 10) new DataView(bytes.buffer).setBigUint64(0, BigInt(bytes.length - 9), true);
    readOrRefuse(bytes);
  });
  fc.assert(property, { numRuns, seed });
}

/** Good files with bytes changed, cut or repeated. */
export function fuzzSpoiledFiles(numRuns: number, seed: number): void {
  const mutation = fc.record({ at: fc.nat(), byte: fc.nat(255), cut: fc.nat(40), kind: fc.nat(3) });
  const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });
  const property = fc.property(content, mutations, ([entries, metadata], changes) => {
    let bytes: Uint8Array = encodeSafetensors(new Map(entries), metadata);
    for (const { at, byte, cut, kind } of changes) {
      const index = at % Math.max(1, bytes.length);
      if (kind < 2) bytes[index] = byte;
      else if (kind === 2) bytes = bytes.slice(0, Math.max(0, bytes.length - cut));
      else bytes = Uint8Array.of(...bytes, ...bytes.subarray(index, index + cut));
    }
    readOrRefuse(bytes);
  });
  fc.assert(property, { numRuns, seed });
}

/** Headers that are JSON and say anything; sizes up to what no memory holds. */
export function fuzzHeaders(numRuns: number, seed: number): void {
  const size = fc.oneof(fc.nat(4), fc.integer(), fc.double(), fc.constantFrom(2 ** 31, 2 ** 53, 1e300));
  const shape = fc.oneof(fc.array(size, { maxLength: 3 }), fc.jsonValue({ maxDepth: 1 }));
  const offsets = fc.oneof(fc.tuple(fc.nat(8), fc.nat(8)), fc.tuple(size, size), fc.jsonValue({ maxDepth: 1 }));
  const described = fc.record(
    { dtype: fc.constantFrom('F32', 'U8', 'I64', 'toString', 5), shape, data_offsets: offsets },
    { requiredKeys: [] },
  );
  const key = fc.constantFrom('a', 'b', '__metadata__', '__proto__', 'constructor');
  const entries = fc.array(fc.tuple(key, fc.oneof(described, fc.jsonValue({ maxDepth: 2 }))), { maxLength: 3 });
  const property = fc.property(entries, fc.nat(16), (header, numBytes) => {
    const text = header.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',');
    const read = readOrRefuse(fileOf(`{${text}}`, new Array<number>(numBytes).fill(1)));
    for (const { shape: sizes, data } of read?.tensors.values() ?? []) {
      expect(data.length).toBe(sizes.reduce((product, length) => product * length, 1));
    }
  });
  fc.assert(property, { numRuns, seed });
}
