// Reads MAT-files of version 5 (MATLAB's save -v6 and -v7), following the published format: a header of 128 bytes, then
// data elements, each perhaps compressed. Nothing that the file claims is believed before it is compared with the bytes
// at hand, and nothing larger than the limits is unpacked.
import { inflateSync } from 'node:zlib';
import { groupedDigits } from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import type { MatlabValue } from './matlab-value.js';
import { type Element, ElementReader, elementTypes, HEADER_BYTES } from './matlab5-elements.js';
import { readMatrix } from './matlab5-matrix.js';

export interface Matlab5Limits {
  /** Bytes that all variables together may unpack to. */
  readonly maxUnpackedBytes: number;
}

/** The official annotations unpack to a few hundred megabytes. */
const matlab5Limits: Matlab5Limits = { maxUnpackedBytes: 2 ** 31 - 1 };

/**
 * @param bytes the whole file
 * @param file its name for messages
 * @returns the variables by name
 * @throws DataError when the file is of another version, damaged or unpacks to more than the limit
 */
export function readMatlab5(
  bytes: Uint8Array,
  file: string,
  limits: Matlab5Limits = matlab5Limits,
): ReadonlyMap<string, MatlabValue> {
  const isLittleEndian = checkHeader(bytes, file);
  const variables = new Map<string, MatlabValue>();
  const reader = new ElementReader(bytes, file, isLittleEndian);
  let bytesLeft = limits.maxUnpackedBytes;
  for (let at = HEADER_BYTES; at < bytes.length;) {
    let element = reader.elementAt(at, bytes.length);
    let source = reader;
    at = element.next;
    if (element.type === elementTypes.compressed) {
      const unpacked = unpack(bytes.subarray(element.start, element.end), file, bytesLeft, limits);
      bytesLeft -= unpacked.length;
      source = new ElementReader(unpacked, file, isLittleEndian);
      element = source.elementAt(0, unpacked.length);
    }
    const variable = readVariable(source, element);
    if (variable !== undefined) variables.set(variable.name, variable.value);
  }
  return variables;
}

function readVariable(reader: ElementReader, element: Element): { name: string; value: MatlabValue } | undefined {
  if (element.type !== elementTypes.matrix) return undefined; // nothing that a variable could be
  return readMatrix(reader, element);
}

function checkHeader(bytes: Uint8Array, file: string): boolean {
  if (bytes.length < HEADER_BYTES) {
    throw new DataError(
      file,
      `Cannot read ${file}: ${groupedDigits(bytes.length)} bytes, but a MATLAB file opens with ${HEADER_BYTES} of its own. ` +
        'The file looks cut short.',
    );
  }
  const mark = String.fromCharCode(bytes[126]!, bytes[127]!);
  const isLittleEndian = mark === 'IM';
  const version = isLittleEndian ? bytes[125]! : bytes[124]!;
  if ((mark === 'IM' || mark === 'MI') && version === 1) return isLittleEndian;
  const found =
    mark === 'IM' || mark === 'MI' ? `it is a MATLAB file of version ${version}` : 'it is no MATLAB file of version 5';
  throw new DataError(
    file,
    `Cannot read ${file}: ${found}, expected version 5 (save -v7) or 7.3 (save -v7.3). ` +
      'Download it again, or save it anew in MATLAB.',
  );
}

function unpack(packed: Uint8Array, file: string, maxBytes: number, limits: Matlab5Limits): Uint8Array {
  try {
    return inflateSync(packed, { maxOutputLength: Math.max(1, maxBytes) });
  } catch (cause) {
    const isTooLarge = cause instanceof RangeError;
    throw new DataError(
      file,
      isTooLarge
        ? `Cannot read ${file}: it unpacks to more than ${groupedDigits(limits.maxUnpackedBytes)} bytes. Is it the right file?`
        : `Cannot read ${file}: a compressed variable does not unpack. The file looks damaged; download it again.`,
      { cause },
    );
  }
}
