// The wire format of protocol buffers, in which TensorFlow keeps graphs and events: writing only.

/**
 * Encoded bytes in pieces, one behind the other. Pieces are never copied together: a graph of large constants would be
 * copied once for each message around them.
 */
export type Pieces = readonly Uint8Array[];

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** A field of type int32, int64, uint32, uint64, bool or enum; `value` is a safe integer, at least 0. */
export function integerField(fieldNumber: number, value: number): Pieces {
  return [varint(tag(fieldNumber, VARINT)), varint(value)];
}

/** A field of type int64 whose value may be negative: then in two's complement, as the format has it. */
export function signedField(fieldNumber: number, value: number): Pieces {
  if (value >= 0) return integerField(fieldNumber, value);
  if (!Number.isSafeInteger(value)) throw new RangeError(`Integer ${value}, expected a safe integer.`);
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, BigInt(value)); rest > 0n; rest >>= 7n) {
    bytes.push(Number(rest & 0x7fn) + (rest >= 0x80n ? 0x80 : 0));
  }
  return [varint(tag(fieldNumber, VARINT)), Uint8Array.from(bytes)];
}

export function doubleField(fieldNumber: number, value: number): Pieces {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return [varint(tag(fieldNumber, FIXED64)), bytes];
}

export function floatField(fieldNumber: number, value: number): Pieces {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [varint(tag(fieldNumber, FIXED32)), bytes];
}

/** A field of type bytes. */
export function bytesField(fieldNumber: number, value: Uint8Array): Pieces {
  return [varint(tag(fieldNumber, LENGTH_DELIMITED)), varint(value.length), value];
}

export function stringField(fieldNumber: number, value: string): Pieces {
  return bytesField(fieldNumber, new TextEncoder().encode(value));
}

/** A field that is a message itself, given by its encoded fields. */
export function messageField(fieldNumber: number, fields: readonly Pieces[]): Pieces {
  const pieces = fields.flat();
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return [varint(tag(fieldNumber, LENGTH_DELIMITED)), varint(length), ...pieces];
}

function tag(fieldNumber: number, wireType: number): number {
  return fieldNumber * 8 + wireType;
}

/** Seven bits a byte, lowest first; the top bit says that more follow. */
function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`Varint ${value}, expected 0, 1, 2, ….`);
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80); // not a shift: values go up to 2^53
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
