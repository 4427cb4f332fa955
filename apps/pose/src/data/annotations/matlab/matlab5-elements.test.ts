// Elements built by hand, byte by byte.
import { DataError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { ElementReader, elementTypes } from './matlab5-elements.js';

const readerOf = (bytes: readonly number[], isLittleEndian = true) =>
  new ElementReader(Uint8Array.from(bytes), 'f.mat', isLittleEndian);
const problem = (at: number, what: string) =>
  new DataError(
    'f.mat',
    `Cannot read f.mat: at byte ${at} of a variable, ${what}. The file looks cut short or damaged; download it again.`,
  );

test('a long element: type, size, content, filled up to 8 bytes', () => {
  const reader = readerOf([3, 0, 0, 0, 6, 0, 0, 0, 1, 0, 0xfe, 0xff, 0, 1, 0, 0]);
  const element = reader.elementAt(0, 16);
  expect(element).toEqual({ type: elementTypes.int16, start: 8, end: 14, next: 16 });
  expect(Array.from(reader.numbers(element))).toEqual([1, -2, 256]);
});

test('a short element: type, size and up to four bytes of content in 8', () => {
  const reader = readerOf([4, 0, 4, 0, 1, 2, 0xff, 0xff]);
  const element = reader.elementAt(0, 8);
  expect(element).toEqual({ type: elementTypes.uint16, start: 4, end: 8, next: 8 });
  expect(Array.from(reader.numbers(element))).toEqual([0x0201, 65535]);
});

test('a file of the other byte order', () => {
  const reader = readerOf([0, 0, 0, 7, 0, 0, 0, 4, 0x3f, 0xc0, 0, 0, 0, 0, 0, 0], false);
  expect(reader.numbers(reader.elementAt(0, 16))).toEqual([1.5]);
});

test('compressed elements are not filled up', () => {
  const reader = readerOf([15, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3]);
  expect(reader.elementAt(0, 11)).toEqual({ type: elementTypes.compressed, start: 8, end: 11, next: 11 });
});

test.each([
  { type: elementTypes.int8, bytes: [0xff], value: -1 },
  { type: elementTypes.uint8, bytes: [0xff], value: 255 },
  { type: elementTypes.int32, bytes: [0xff, 0xff, 0xff, 0xff], value: -1 },
  { type: elementTypes.uint32, bytes: [0xff, 0xff, 0xff, 0xff], value: 4294967295 },
  { type: elementTypes.double, bytes: [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], value: 1.5 },
  { type: elementTypes.int64, bytes: [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], value: -2 },
  { type: elementTypes.uint64, bytes: [0, 0, 0, 0, 1, 0, 0, 0], value: 2 ** 32 },
])('a number of type $type is $value', ({ type, bytes, value }) => {
  const reader = readerOf([type, 0, 0, 0, bytes.length, 0, 0, 0, ...bytes]);
  expect(reader.numbers(reader.elementAt(0, 8 + bytes.length))).toEqual([value]);
});

test.each([
  { type: elementTypes.utf8, bytes: [0xc3, 0xbc, 0x78, 0], size: 3, text: 'üx' },
  { type: elementTypes.utf16, bytes: [0xfc, 0, 0x78, 0], size: 4, text: 'üx' },
  { type: elementTypes.utf32, bytes: [0x00, 0xf6, 0x01, 0], size: 4, text: '😀' },
])('text of type $type', ({ type, bytes, size, text }) => {
  const reader = readerOf([type, 0, size, 0, ...bytes]);
  expect(reader.text(reader.elementAt(0, 8))).toBe(text);
});

test.each([
  { bytes: [3, 0, 0, 0], at: 0, what: 'an element begins 4 bytes before the end' },
  { bytes: [1, 0, 5, 0, 1, 2, 3, 4], at: 0, what: 'a short element claims 5 bytes, expected 4 at most' },
  { bytes: [1, 0, 0, 0, 9, 0, 0, 0, 1, 2], at: 0, what: 'an element claims 9 bytes, 2 are left' },
  { bytes: [14, 0, 1, 0, 1, 0, 0, 0], at: 4, what: 'an element of type 14 stands where numbers should' },
  { bytes: [3, 0, 3, 0, 1, 0, 0, 0], at: 4, what: '3 bytes do not hold whole numbers of 2 bytes' },
])('refused: $what', ({ bytes, at, what }) => {
  const reader = readerOf(bytes);
  expect(() => reader.numbers(reader.elementAt(0, bytes.length))).toThrow(problem(at, what));
});

test('a code beyond all characters is no text', () => {
  const reader = readerOf([elementTypes.utf32, 0, 4, 0, 0, 0, 0x11, 0]);
  expect(() => reader.text(reader.elementAt(0, 8))).toThrow(problem(4, '1114112 is no character'));
});
