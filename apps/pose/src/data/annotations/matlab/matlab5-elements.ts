// The lowest level of a MATLAB file of version 5: tagged elements and the numbers in them.
import { groupedDigits } from 'training-kit/data';
import { DataError } from 'training-kit/errors';

export const HEADER_BYTES = 128;

/** Type codes of the format. */
export const elementTypes = {
  int8: 1,
  uint8: 2,
  int16: 3,
  uint16: 4,
  int32: 5,
  uint32: 6,
  single: 7,
  double: 9,
  int64: 12,
  uint64: 13,
  matrix: 14,
  compressed: 15,
  utf8: 16,
  utf16: 17,
  utf32: 18,
} as const;

/** Where an element's content lies, and where the next element begins. */
export interface Element {
  readonly type: number;
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

/** Bytes of a number by element type. */
const numberSizes: Readonly<Record<number, number>> = {
  [elementTypes.int8]: 1,
  [elementTypes.uint8]: 1,
  [elementTypes.int16]: 2,
  [elementTypes.uint16]: 2,
  [elementTypes.int32]: 4,
  [elementTypes.uint32]: 4,
  [elementTypes.single]: 4,
  [elementTypes.double]: 8,
  [elementTypes.int64]: 8,
  [elementTypes.uint64]: 8,
  [elementTypes.utf8]: 1,
  [elementTypes.utf16]: 2,
  [elementTypes.utf32]: 4,
};

export class ElementReader {
  readonly bytes: Uint8Array;
  readonly isLittleEndian: boolean;
  readonly #file: string;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, file: string, isLittleEndian: boolean) {
    this.bytes = bytes;
    this.isLittleEndian = isLittleEndian;
    this.#file = file;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The element at byte `at`, which must lie below `limit`. @throws DataError when it does not */
  elementAt(at: number, limit: number): Element {
    if (at + 8 > limit) throw this.damaged(at, `an element begins ${limit - at} bytes before the end`);
    const first = this.#view.getUint32(at, this.isLittleEndian);
    const smallSize = first >>> 16;
    if (smallSize !== 0) {
      // The short form: size, type and up to four bytes of content in one place.
      if (smallSize > 4) throw this.damaged(at, `a short element claims ${smallSize} bytes, expected 4 at most`);
      return { type: first & 0xffff, start: at + 4, end: at + 4 + smallSize, next: at + 8 };
    }
    const size = this.#view.getUint32(at + 4, this.isLittleEndian);
    const start = at + 8;
    const end = start + size;
    if (end > limit) {
      throw this.damaged(
        at,
        `an element claims ${groupedDigits(size)} bytes, ${groupedDigits(limit - start)} are left`,
      );
    }
    // Compressed elements are not padded; others fill up to 8 bytes, except perhaps the last one.
    const next = first === elementTypes.compressed ? end : Math.min(limit, start + Math.ceil(size / 8) * 8);
    return { type: first, start, end, next };
  }

  /** All numbers of an element. @throws DataError when the type holds none, or the size is not a multiple of theirs */
  numbers(element: Element): ArrayLike<number> {
    const { type, start, end } = element;
    const numberBytes = numberSizes[type];
    if (numberBytes === undefined) throw this.damaged(start, `an element of type ${type} stands where numbers should`);
    const count = (end - start) / numberBytes;
    if (!Number.isInteger(count)) {
      throw this.damaged(start, `${end - start} bytes do not hold whole numbers of ${numberBytes} bytes`);
    }
    if (count === 1) return [this.#numberAt(type, start)]; // most matrices of an annotation file: kept small
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = this.#numberAt(type, start + i * numberBytes);
    return values;
  }

  /** Text of a character element. Characters beyond the first plane may come as two of a string. */
  text(element: Element): string {
    const { type, start, end } = element;
    if (type === elementTypes.utf8) return new TextDecoder().decode(this.bytes.subarray(start, end));
    const codes = this.numbers(element);
    let text = '';
    for (const code of Array.from(codes)) {
      if (!Number.isInteger(code) || code < 0 || code > 0x10_ffff) throw this.damaged(start, `${code} is no character`);
      text += String.fromCodePoint(code);
    }
    return text;
  }

  damaged(at: number, problem: string): DataError {
    return new DataError(
      this.#file,
      `Cannot read ${this.#file}: at byte ${groupedDigits(at)} of a variable, ${problem}. ` +
        'The file looks cut short or damaged; download it again.',
    );
  }

  #numberAt(type: number, at: number): number {
    const isLittleEndian = this.isLittleEndian;
    switch (type) {
      case elementTypes.int8:
        return this.#view.getInt8(at);
      case elementTypes.uint8:
      case elementTypes.utf8:
        return this.#view.getUint8(at);
      case elementTypes.int16:
        return this.#view.getInt16(at, isLittleEndian);
      case elementTypes.uint16:
      case elementTypes.utf16:
        return this.#view.getUint16(at, isLittleEndian);
      case elementTypes.int32:
        return this.#view.getInt32(at, isLittleEndian);
      case elementTypes.uint32:
      case elementTypes.utf32:
        return this.#view.getUint32(at, isLittleEndian);
      case elementTypes.single:
        return this.#view.getFloat32(at, isLittleEndian);
      case elementTypes.int64:
        return Number(this.#view.getBigInt64(at, isLittleEndian));
      case elementTypes.uint64:
        return Number(this.#view.getBigUint64(at, isLittleEndian));
      default:
        return this.#view.getFloat64(at, isLittleEndian); // double: `numbers` let no other type through
    }
  }
}
