// Tensors as the safetensors format knows them: element types, their sizes, their arrays.
import { short } from './strict-json.js';

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

/** Bytes of one element, and its array over bytes that start at an aligned offset of `buffer`. */
export const KINDS = {
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

/** What all data is aligned to, the size of the widest element. */
export const ALIGNMENT = 8;

/** @throws RangeError for a shape that no memory holds */
export function elementsIn(shape: readonly number[], name: string): number {
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (!Number.isSafeInteger(count * ALIGNMENT) || size < 0) {
      throw new RangeError(`Tensor ${short(name)} has shape ${short(shape)}, too large to be real.`);
    }
  }
  return count;
}

export function isDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === 'string' && Object.hasOwn(KINDS, value);
}
