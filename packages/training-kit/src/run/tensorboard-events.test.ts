import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { maskedCrc32c } from './crc32c.js';
import { openTensorboard } from './tensorboard-events.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tensorboard-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

type Field = number | Buffer;

/** The data of all records, their lengths and sums checked: an own reading of the TFRecord format. */
function records(file: string): Buffer[] {
  const bytes = readFileSync(file);
  const found: Buffer[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(offset));
    expect(bytes.readUInt32LE(offset + 8)).toBe(maskedCrc32c(bytes.subarray(offset, offset + 8)));
    const data = bytes.subarray(offset + 12, offset + 12 + length);
    expect(bytes.readUInt32LE(offset + 12 + length)).toBe(maskedCrc32c(data));
    found.push(data);
    offset += length + 16;
  }
  return found;
}

/** The fields of a message in their order: [number, value] with bytes for strings and messages. */
function fields(message: Buffer): [number, Field][] {
  const found: [number, Field][] = [];
  let offset = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[offset++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (offset < message.length) {
    const tag = varint();
    const number = tag >> 3;
    switch (tag & 7) {
      case 0:
        found.push([number, varint()]);
        break;
      case 1:
        found.push([number, message.readDoubleLE(offset)]);
        offset += 8;
        break;
      case 2: {
        const length = varint();
        found.push([number, message.subarray(offset, offset + length)]);
        offset += length;
        break;
      }
      case 5:
        found.push([number, message.readFloatLE(offset)]);
        offset += 4;
        break;
      default:
        throw new Error(`wire type ${tag & 7}`);
    }
  }
  return found;
}

test('a file begins with its version and the step it goes on from, then holds scalars', () => {
  let seconds = 1000;
  const writer = openTensorboard({ folder, fromStep: 7, now: () => seconds++ });
  writer.scalars(8, { loss: 0.5, 'val/accuracy': 0.25 });
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/^events\.out\.tfevents\.0000001000\.000\.\d+\..+$/)]);
  const [version, start, scalars] = records(writer.file).map(fields);
  expect(version).toEqual([
    [1, 1001],
    [3, Buffer.from('brain.Event:2')],
  ]);
  expect(start).toEqual([
    [1, 1002],
    [2, 8],
    [7, Buffer.of(8, 1)], // session log, status START
  ]);
  expect(scalars?.slice(0, 2)).toEqual([
    [1, 1003],
    [2, 8],
  ]);
  const values = fields(scalars?.[2]?.[1] as Buffer).map(([number, value]) => [number, fields(value as Buffer)]);
  expect(values).toEqual([
    [
      1,
      [
        [1, Buffer.from('loss')],
        [2, 0.5],
      ],
    ],
    [
      1,
      [
        [1, Buffer.from('val/accuracy')],
        [2, 0.25],
      ],
    ],
  ]);
});

test('images are stored as the PNG they are', () => {
  const writer = openTensorboard({ folder, fromStep: 0, now: () => 0 });
  const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);
  writer.image(3, 'filters', png, 20, 10);
  const event = fields(records(writer.file)[2]!);
  const [value] = fields(event[2]![1] as Buffer);
  const [tag, image] = fields(value![1] as Buffer);
  expect(tag).toEqual([1, Buffer.from('filters')]);
  expect(fields(image![1] as Buffer)).toEqual([
    [1, 10],
    [2, 20],
    [3, 3],
    [4, Buffer.from(png)],
  ]);
});

test('a step beyond 32 bits and a value that is no number are stored', () => {
  const writer = openTensorboard({ folder, fromStep: 0, now: () => 0 });
  writer.scalars(2 ** 40, { loss: NaN });
  const event = fields(records(writer.file)[2]!);
  expect(event[1]).toEqual([2, 2 ** 40]);
  expect(fields(fields(event[2]![1] as Buffer)[0]![1] as Buffer)[1]).toEqual([2, NaN]);
});

test('a folder that is gone is a clear error', () => {
  const writer = openTensorboard({ folder, fromStep: 0, now: () => 0 });
  rmSync(folder, { recursive: true });
  expect(() => {
    writer.scalars(1, { loss: 1 });
  }).toThrow(
    /^Cannot write .*: its folder does not exist\. It was there when the run began; was it moved or deleted\?$/,
  );
  expect(() => openTensorboard({ folder: join(folder, 'x'), fromStep: 0, now: () => 0 })).toThrow(/^Cannot write /);
  folder = mkdtempSync(join(tmpdir(), 'tensorboard-'));
});
