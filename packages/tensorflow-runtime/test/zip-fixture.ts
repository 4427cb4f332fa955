// Writes small zip archives byte by byte, also ones that no honest tool would write.
import { crc32 } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly text: string;
  /** Unix mode; default a plain file. */
  readonly mode?: number;
  /** Unpacked size to claim; default the true one. */
  readonly claimedBytes?: number;
}

export const SYMLINK_MODE = 0o120777;

/** An archive of stored (uncompressed) entries: local headers and data, central directory, end record. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const data = Buffer.from(entry.text);
    const sizes = [u32(crc32(data)), u32(data.length), u32(entry.claimedBytes ?? data.length)];
    const common = [u16(0), u16(0), u16(0), u16(0), ...sizes, u16(name.length), u16(0)];
    const local = Buffer.concat([u32(0x04034b50), u16(20), ...common, name, data]);
    const mode = u32(((entry.mode ?? 0o100644) << 16) >>> 0);
    // Made by Unix (3), so that the mode counts.
    const made = u16((3 << 8) | 20);
    const tail = [u16(0), u16(0), u16(0), mode, u32(offset), name];
    directory.push(Buffer.concat([u32(0x02014b50), made, u16(20), ...common, ...tail]));
    locals.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const count = u16(entries.length);
  const end = [u32(0x06054b50), u16(0), u16(0), count, count, u32(index.length), u32(offset), u16(0)];
  return Buffer.concat([...locals, index, ...end]);
}

/** What a wheel of TensorFlow looks like, as far as this package reads it. */
export function smallWheel(): Buffer {
  return zipOf([
    { name: 'tensorflow/libtensorflow_cc.so.2', text: 'library', mode: 0o100755 },
    { name: 'tensorflow/libtensorflow_framework.so.2', text: 'framework', mode: 0o100755 },
    { name: 'tensorflow/include/tensorflow/c/c_api.h', text: '// header' },
    { name: 'tensorflow/python/ops.py', text: '# not needed' },
  ]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
