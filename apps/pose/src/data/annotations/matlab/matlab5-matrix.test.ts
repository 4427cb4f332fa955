// Matrices built by hand from their elements: flags, dimensions, name, content.
import { DataError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { ElementReader, elementTypes } from './matlab5-elements.js';
import { readMatrix } from './matlab5-matrix.js';

/** A long element, filled up to 8 bytes. */
function element(type: number, content: readonly number[]): readonly number[] {
  const padding = new Array<number>((8 - (content.length % 8)) % 8).fill(0);
  return [type, 0, 0, 0, content.length & 255, content.length >> 8, 0, 0, ...content, ...padding];
}
const flags = (arrayClass: number) => element(elementTypes.uint32, [arrayClass, 0, 0, 0, 0, 0, 0, 0]);
const int32 = (...values: readonly number[]) =>
  element(
    elementTypes.int32,
    values.flatMap((value) => [value, 0, 0, 0]),
  );
const bytesOf = (text: string) => Array.from(text, (character) => character.charCodeAt(0));
const uint8 = (...values: readonly number[]) => element(elementTypes.uint8, values);
const name = (text: string) => element(elementTypes.int8, bytesOf(text));
const [CELL, STRUCT, CHAR, SPARSE, UINT8] = [1, 2, 4, 5, 9] as const;

function read(...parts: readonly (readonly number[])[]) {
  const bytes = Uint8Array.from(element(elementTypes.matrix, parts.flat()));
  const reader = new ElementReader(bytes, 'f.mat', true);
  return readMatrix(reader, reader.elementAt(0, bytes.length));
}
const number = (value: number) =>
  element(elementTypes.matrix, [flags(UINT8), int32(1, 1), name(''), uint8(value)].flat());

test('numbers, column after column, and text', () => {
  const { name: called, value } = read(flags(UINT8), int32(2, 3), name('m'), uint8(1, 2, 3, 4, 5, 6));
  expect(called).toBe('m');
  expect(value).toEqual({ kind: 'numbers', shape: [2, 3], values: Float64Array.of(1, 2, 3, 4, 5, 6) });
  expect(read(flags(CHAR), int32(1, 2), name('t'), element(elementTypes.utf16, [0x68, 0, 0x69, 0]))).toEqual({
    name: 't',
    value: { kind: 'text', text: 'hi' },
  });
});

test('nothing at all is an empty matrix; classes of other contents are named, not read', () => {
  expect(read()).toEqual({ name: '', value: { kind: 'numbers', shape: [0, 0], values: [] } });
  expect(read(flags(SPARSE), int32(2, 2), name('s')).value).toEqual({ kind: 'other', className: 'sparse' });
});

test('members of a cell, and of a struct field by field', () => {
  const { value: cell } = read(flags(CELL), int32(1, 2), name('c'), number(7), number(8));
  if (cell.kind !== 'cell') throw new TypeError(cell.kind);
  expect([cell.shape, cell.length]).toEqual([[1, 2], 2]);
  expect(cell.at(1)).toEqual({ kind: 'numbers', shape: [1, 1], values: [8] });
  expect(() => cell.at(2)).toThrow(new RangeError('Member 2 of 2 was asked for.'));

  const names = element(elementTypes.int8, bytesOf('x\0\0\0yz\0\0')); // four bytes a name
  const { value: struct } = read(flags(STRUCT), int32(1, 2), name('s'), int32(4), names, ...[1, 2, 3, 4].map(number));
  if (struct.kind !== 'struct') throw new TypeError(struct.kind);
  expect([struct.fields, struct.length]).toEqual([['x', 'yz'], 2]);
  expect(struct.at(1, 'x')).toEqual({ kind: 'numbers', shape: [1, 1], values: [3] });
  expect(struct.at(0, 'yz')).toEqual({ kind: 'numbers', shape: [1, 1], values: [2] });
  expect(struct.at(0, 'y')).toBeUndefined();
});

test.each([
  { parts: [int32(1, 1)], at: 8, what: 'a matrix does not open with its flags' },
  { parts: [flags(UINT8), uint8(1, 1)], at: 32, what: 'a matrix has no dimensions' },
  { parts: [flags(UINT8), int32(3)], at: 32, what: 'a matrix is of shape [3]' },
  { parts: [flags(99), int32(1, 1), name('')], at: 8, what: 'a matrix is of class 99, which MATLAB does not have' },
  {
    parts: [flags(UINT8), int32(2, 2), name(''), uint8(1, 2, 3)],
    at: 48,
    what: '3 numbers are given for a matrix of shape [2, 2]',
  },
  {
    parts: [flags(CELL), int32(9, 9), name(''), number(1)],
    at: 48,
    what: '81 members are claimed, more than 64 bytes can hold',
  },
  {
    parts: [flags(STRUCT), int32(1, 1), name(''), int32(4), name('abc'), number(1)],
    at: 72,
    what: '3 bytes of field names are not names of 4 bytes',
  },
])('refused: $what', ({ parts, at, what }) => {
  expect(() => read(...parts)).toThrow(
    new DataError(
      'f.mat',
      `Cannot read f.mat: at byte ${at} of a variable, ${what}. The file looks cut short or damaged; download it again.`,
    ),
  );
});

test('a member that is no matrix is refused when it is asked for', () => {
  const { value } = read(flags(CELL), int32(1, 1), name(''), uint8(1));
  if (value.kind !== 'cell') throw new TypeError(value.kind);
  expect(() => value.at(0)).toThrow('an element of type 2 stands where a matrix should');
});
