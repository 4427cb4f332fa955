// Safetensors files whose bytes are in memory as one array.
import { readSafetensorsHead, safetensorsTensor } from './safetensors-head.js';
import { safetensorsPieces } from './safetensors-pieces.js';
import type { SafetensorsTensor } from './safetensors-tensor.js';

export type { SafetensorsDtype, SafetensorsTensor } from './safetensors-tensor.js';

/** What a file holds. The arrays are copies, owned by the caller. */
export interface SafetensorsContent {
  /** In the order of the header. */
  readonly tensors: Map<string, SafetensorsTensor>;
  /** Has no prototype: looking up a name that the file does not hold gives undefined, whatever the name. */
  readonly metadata: Record<string, string>;
}

/**
 * Writes tensors as one safetensors file, wide elements first, so that all data is aligned to its element size.
 *
 * @returns the file's bytes; the same tensors in the same order give the same bytes
 * @throws RangeError when data and shape disagree, a name is reserved, or the header would be too large; also for more
 *   bytes than one array holds, which `safetensorsPieces` of `rpg-core/pieces` writes
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const pieces = safetensorsPieces(tensors, metadata);
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
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
  const { entries, metadata, dataStart } = readSafetensorsHead(bytes, bytes.length);
  const tensors = new Map<string, SafetensorsTensor>();
  for (const entry of entries) {
    const buffer = new ArrayBuffer(entry.end - entry.begin); // a fresh buffer: the file's own need not be aligned
    new Uint8Array(buffer).set(bytes.subarray(dataStart + entry.begin, dataStart + entry.end));
    tensors.set(entry.name, safetensorsTensor(entry, buffer));
  }
  return { tensors, metadata };
}
