// Matrices of a MATLAB file of version 5: numbers, text, cells and structs.
import { lengthOf, type MatlabValue } from './matlab-value.js';
import { type Element, type ElementReader, elementTypes } from './matlab5-elements.js';

/** Array classes of the format. */
const classes = { cell: 1, struct: 2, object: 3, char: 4, sparse: 5, firstNumeric: 6, lastNumeric: 15 } as const;
const otherNames: Readonly<Record<number, string>> = { 3: 'object', 5: 'sparse', 16: 'function_handle', 17: 'opaque' };
const MAX_DIMENSIONS = 32;
const SMALLEST_ELEMENT_BYTES = 8;

/** @throws DataError when the bytes are not a matrix */
export function readMatrix(
  reader: ElementReader,
  matrix: Element,
): { readonly name: string; readonly value: MatlabValue } {
  // An element without content is how an empty matrix is written inside cells and structs.
  if (matrix.start === matrix.end) return { name: '', value: { kind: 'numbers', shape: [0, 0], values: [] } };
  const flags = reader.elementAt(matrix.start, matrix.end);
  if (flags.type !== elementTypes.uint32 || flags.end - flags.start !== 8) {
    throw reader.damaged(matrix.start, 'a matrix does not open with its flags');
  }
  const arrayClass = reader.numbers(flags)[0]! & 0xff;
  const otherName = otherNames[arrayClass];
  // These hold other elements in place of dimensions, or after them.
  if (otherName !== undefined) return { name: '', value: { kind: 'other', className: otherName } };
  const dimensions = reader.elementAt(flags.next, matrix.end);
  const shape = readShape(reader, dimensions);
  const nameElement = reader.elementAt(dimensions.next, matrix.end);
  const name = reader.text(nameElement);
  const content = { start: nameElement.next, end: matrix.end };
  if (arrayClass === classes.cell) return { name, value: readCell(reader, shape, content) };
  if (arrayClass === classes.struct) return { name, value: readStruct(reader, shape, content) };
  if (arrayClass === classes.char) return { name, value: readText(reader, shape, content) };
  if (arrayClass >= classes.firstNumeric && arrayClass <= classes.lastNumeric) {
    return { name, value: readNumbers(reader, shape, content) };
  }
  throw reader.damaged(matrix.start, `a matrix is of class ${arrayClass}, which MATLAB does not have`);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function readShape(reader: ElementReader, element: Element): readonly number[] {
  if (element.type !== elementTypes.int32) throw reader.damaged(element.start, 'a matrix has no dimensions');
  const shape = Array.from(reader.numbers(element));
  if (shape.length < 2 || shape.length > MAX_DIMENSIONS || shape.some((size) => size < 0)) {
    throw reader.damaged(element.start, `a matrix is of shape [${shape.slice(0, MAX_DIMENSIONS).join(', ')}]`);
  }
  return shape;
}

function readNumbers(reader: ElementReader, shape: readonly number[], { start, end }: Span): MatlabValue {
  const values = reader.numbers(reader.elementAt(start, end)); // of a complex matrix, the real part
  if (values.length !== lengthOf(shape)) {
    throw reader.damaged(start, `${values.length} numbers are given for a matrix of shape [${shape.join(', ')}]`);
  }
  return { kind: 'numbers', shape, values };
}

function readText(reader: ElementReader, shape: readonly number[], { start, end }: Span): MatlabValue {
  if (start === end && lengthOf(shape) === 0) return { kind: 'text', text: '' };
  return { kind: 'text', text: reader.text(reader.elementAt(start, end)) };
}

function readCell(reader: ElementReader, shape: readonly number[], span: Span): MatlabValue {
  const length = lengthOf(shape);
  const members = locateMembers(reader, length, span);
  return { kind: 'cell', shape, length, at: (index) => readMember(reader, members, index, span) };
}

function readStruct(reader: ElementReader, shape: readonly number[], { start, end }: Span): MatlabValue {
  const nameLength = reader.elementAt(start, end);
  const bytesPerName = reader.numbers(nameLength)[0] ?? 0;
  const names = reader.elementAt(nameLength.next, end);
  const fields = readFieldNames(reader, names, bytesPerName);
  const length = lengthOf(shape);
  const span = { start: names.next, end };
  const members = locateMembers(reader, length * fields.length, span);
  return {
    kind: 'struct',
    shape,
    length,
    fields,
    at(index, field) {
      const place = fields.indexOf(field);
      return place === -1 ? undefined : readMember(reader, members, index * fields.length + place, span);
    },
  };
}

function readFieldNames(reader: ElementReader, { start, end }: Span, bytesPerName: number): readonly string[] {
  if (start === end) return [];
  const count = (end - start) / bytesPerName;
  if (!(bytesPerName > 0) || !Number.isInteger(count)) {
    throw reader.damaged(start, `${end - start} bytes of field names are not names of ${bytesPerName} bytes`);
  }
  return Array.from({ length: count }, (_, i) => {
    const bytes = reader.bytes.subarray(start + i * bytesPerName, start + (i + 1) * bytesPerName);
    const stop = bytes.indexOf(0); // names are filled up with zeros
    return String.fromCharCode(...(stop === -1 ? bytes : bytes.subarray(0, stop)).subarray(0, 1024));
  });
}

/** Where each of `count` matrices begins: tags are read, contents left. */
function locateMembers(reader: ElementReader, count: number, { start, end }: Span): Float64Array {
  if (count * SMALLEST_ELEMENT_BYTES > end - start) {
    throw reader.damaged(start, `${count} members are claimed, more than ${end - start} bytes can hold`);
  }
  const places = new Float64Array(count);
  let at = start;
  for (let i = 0; i < count; i++) {
    places[i] = at;
    at = reader.elementAt(at, end).next;
  }
  return places;
}

function readMember(reader: ElementReader, places: Float64Array, index: number, { end }: Span): MatlabValue {
  const place = places[index];
  if (place === undefined) throw new RangeError(`Member ${index} of ${places.length} was asked for.`);
  const element = reader.elementAt(place, end);
  if (element.type !== elementTypes.matrix) {
    throw reader.damaged(place, `an element of type ${element.type} stands where a matrix should`);
  }
  return readMatrix(reader, element).value;
}
