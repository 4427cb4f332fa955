// PNG files with another header or another chunk, for tests.

const SIGNATURE_BYTES = 8;
/** Length, kind, 13 bytes, checksum. */
const HEADER_BYTES = 25;

/** The file with a chunk more, after the header. */
export function withChunk(png: Buffer, kind: string, content: Buffer): Buffer {
  const end = SIGNATURE_BYTES + HEADER_BYTES;
  return Buffer.concat([png.subarray(0, end), chunk(kind, content), png.subarray(end)]);
}

/** The file with another width and height in its header. */
export function withSize(png: Buffer, width: number, height: number): Buffer {
  const header = Buffer.from(png.subarray(SIGNATURE_BYTES + 8, SIGNATURE_BYTES + 8 + 13));
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([
    png.subarray(0, SIGNATURE_BYTES),
    chunk('IHDR', header),
    png.subarray(SIGNATURE_BYTES + HEADER_BYTES),
  ]);
}

function chunk(kind: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), content]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}

/** As the PNG standard has it: polynomial 0xedb88320, bits from the lowest. */
function crc32(bytes: Buffer): number {
  let remainder = 0xffff_ffff;
  for (const byte of bytes) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb8_8320 : remainder >>> 1;
  }
  return (remainder ^ 0xffff_ffff) >>> 0;
}
