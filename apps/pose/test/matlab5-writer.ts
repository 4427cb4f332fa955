// Writes small MATLAB files of version 5 for tests, from the published format and not from the reader.
import { deflateSync } from 'node:zlib';

export type Written =
  | { readonly kind: 'numbers'; readonly shape: readonly number[]; readonly values: readonly number[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'cell'; readonly shape: readonly number[]; readonly members: readonly Written[] }
  | { readonly kind: 'struct'; readonly shape: readonly number[]; readonly rows: readonly Record<string, Written>[] };

export const num = (...values: number[]): Written => ({ kind: 'numbers', shape: [1, values.length], values });
export const matrix = (shape: number[], values: number[]): Written => ({ kind: 'numbers', shape, values });
export const empty: Written = { kind: 'numbers', shape: [0, 0], values: [] };
export const text = (content: string): Written => ({ kind: 'text', text: content });
export const struct = (...rows: Record<string, Written>[]): Written => ({
  kind: 'struct',
  shape: [1, rows.length],
  rows,
});
export const cell = (...members: Written[]): Written => ({ kind: 'cell', shape: [1, members.length], members });

export interface WriteOptions {
  readonly isCompressed?: boolean;
  /** Number type of numeric matrices: double, or bytes as MATLAB writes small whole numbers. */
  readonly numberType?: 'double' | 'uint8';
}

export function writeMatlab5(variables: Record<string, Written>, options: WriteOptions = {}): Buffer {
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file, written by a test');
  header.writeUInt16LE(0x0100, 124);
  header.write('IM', 126);
  const parts = Object.entries(variables).map(([name, value]) => {
    const plain = matrixElement(name, value, options);
    return options.isCompressed === true ? element(15, deflateSync(plain), false) : plain;
  });
  return Buffer.concat([header, ...parts]);
}

function matrixElement(name: string, value: Written, options: WriteOptions): Buffer {
  const classes = { numbers: 6, text: 4, cell: 1, struct: 2 };
  const flags = Buffer.alloc(8);
  flags.writeUInt32LE(classes[value.kind]);
  const shape = value.kind === 'text' ? [1, value.text.length] : value.shape;
  const head = [element(6, flags), element(5, int32s(shape)), element(1, Buffer.from(name))];
  return element(14, Buffer.concat([...head, ...content(value, options)]));
}

function content(value: Written, options: WriteOptions): Buffer[] {
  switch (value.kind) {
    case 'numbers':
      return options.numberType === 'uint8'
        ? [element(2, Buffer.from(value.values))]
        : [element(9, Buffer.from(Float64Array.from(value.values).buffer))];
    case 'text':
      return [element(4, Buffer.from(value.text, 'utf16le'))];
    case 'cell':
      return value.members.map((member) => matrixElement('', member, options));
    case 'struct': {
      const fields = Object.keys(value.rows[0] ?? {});
      const names = Buffer.alloc(32 * fields.length);
      for (const [i, field] of fields.entries()) names.write(field, 32 * i);
      const members = value.rows.flatMap((row) => fields.map((field) => matrixElement('', row[field]!, options)));
      return [element(5, int32s([32])), element(1, names), ...members];
    }
    default:
      return value satisfies never;
  }
}

/** Content of up to four bytes goes into the short form, as MATLAB does it. */
function element(type: number, bytes: Buffer, isPadded = true): Buffer {
  if (bytes.length > 0 && bytes.length <= 4 && isPadded) {
    const small = Buffer.alloc(8);
    small.writeUInt16LE(type, 0);
    small.writeUInt16LE(bytes.length, 2);
    bytes.copy(small, 4);
    return small;
  }
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(type, 0);
  tag.writeUInt32LE(bytes.length, 4);
  const padding = isPadded ? (8 - (bytes.length % 8)) % 8 : 0;
  return Buffer.concat([tag, bytes, Buffer.alloc(padding)]);
}

function int32s(values: readonly number[]): Buffer {
  return Buffer.from(Int32Array.from(values).buffer);
}
