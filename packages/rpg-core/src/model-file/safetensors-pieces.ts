// Writes a safetensors file in pieces, for files that are larger than one array can be.
import { LENGTH_BYTES, MAX_HEADER_BYTES, METADATA } from './safetensors-head.js';
import { ALIGNMENT, elementsIn, KINDS, type SafetensorsTensor } from './safetensors-tensor.js';
import { short } from './strict-json.js';

const SPACE = 0x20;

// Every engine has it; it is declared here because this library is compiled without DOM and Node types.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/**
 * A safetensors file in pieces, to be written one behind the other: its head, then each tensor's data, wide elements
 * first, so that all data is aligned to its element size. Nothing of the tensors is copied.
 *
 * @returns the head, a fresh array, then views of the tensors' own memory; together the bytes of `encodeSafetensors`
 * @throws RangeError when data and shape disagree, a name is reserved, or the header would be too large
 */
export function safetensorsPieces(
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  metadata: Readonly<Record<string, string>> = {},
): [head: Uint8Array<ArrayBuffer>, ...data: Uint8Array[]] {
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
  const head = new Uint8Array(LENGTH_BYTES + numHeaderBytes).fill(SPACE);
  new DataView(head.buffer).setBigUint64(0, BigInt(numHeaderBytes), true);
  head.set(header, LENGTH_BYTES);
  return [head, ...ordered.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))];
}
