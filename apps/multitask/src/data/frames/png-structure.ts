// PNG files without a decoder: what the head says, and whether all chunks are there as they were written.
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** What the header says. */
export interface PngHead {
  readonly width: number;
  readonly height: number;
  /** Of a sample; 8 for a palette's colours. */
  readonly bitDepth: number;
  /** A palette's are 3. */
  readonly channels: number;
}

export const PNG_SIGNATURE = '89504e470d0a1a0a';
/** Signature, and the header with its length, kind and checksum. */
const HEAD_BYTES = 8 + 25;
/** The last chunk, which holds nothing: length 0, kind, checksum. */
const LAST_CHUNK = '0000000049454e44ae426082';
/** By the header's colour type. */
const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };
const PALETTE_TYPE = 3;

/** @returns undefined when the bytes do not begin as a PNG does */
export function pngHead(bytes: Buffer): PngHead | undefined {
  if (bytes.length < HEAD_BYTES || bytes.toString('hex', 0, 8) !== PNG_SIGNATURE) return undefined;
  if (bytes.readUInt32BE(8) !== 13 || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  const [width, height, colourType] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20), bytes[25]!];
  const channels = channelsOf[colourType];
  if (channels === undefined || width === 0 || height === 0) return undefined;
  return { width, height, bitDepth: colourType === PALETTE_TYPE ? 8 : bytes[24]!, channels };
}

/** What is wrong with the chunks of a whole file, in words; undefined when all are there and their checksums are right. */
export function faultInChunks(bytes: Buffer): string | undefined {
  let hasPixels = false;
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) break;
    const kind = bytes.toString('latin1', at + 4, at + 8);
    if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) {
      return `the checksum of its part at byte ${at} is wrong`;
    }
    if (kind === 'IEND') return hasPixels ? undefined : 'it holds no pixels';
    if (kind === 'IDAT') hasPixels = true;
    at = end + 4;
  }
  return 'it ends before its last part';
}

/** A file's first bytes, and whether its last ones are those of a PNG. */
export interface PngEnds {
  readonly first: Buffer;
  readonly isEnded: boolean;
}

/** Reads both ends of a file, whatever it is. @throws what the system says */
export async function readEnds(file: string): Promise<PngEnds> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const first = Buffer.alloc(Math.min(HEAD_BYTES, size));
    await handle.read(first, 0, first.length, 0);
    const last = Buffer.alloc(Math.min(LAST_CHUNK.length / 2, size));
    await handle.read(last, 0, last.length, size - last.length);
    return { first, isEnded: last.toString('hex') === LAST_CHUNK };
  } finally {
    await handle.close();
  }
}
