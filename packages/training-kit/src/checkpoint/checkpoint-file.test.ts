import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { encodeSafetensors, type SafetensorsTensor } from 'rpg-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scratchFolder } from '../../test/scratch-folder.js';
import { DataError } from '../errors.js';
import { writeFileAtomically } from '../files/atomic-file.js';
import { latestCheckpoint } from './checkpoint.js';
import { checkpointPieces, readCheckpointFile, UnreadableCheckpoint } from './checkpoint-file.js';

let folder = '';
beforeEach(() => {
  folder = scratchFolder('checkpoint-file');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const tensors = new Map<string, SafetensorsTensor>([
  ['count', { dtype: 'U8', shape: [3], data: Uint8Array.of(7, 8, 9) }],
  ['ring', { dtype: 'F32', shape: [5], data: Float32Array.of(1, -0, 0.5, 3, 1e-40) }],
  ['none', { dtype: 'F32', shape: [0], data: new Float32Array() }],
]);

/** As one array: what was written before files were written in pieces. */
function wholeFile(content: ReadonlyMap<string, SafetensorsTensor>, description: string): Buffer {
  const none = '0'.repeat(64);
  const bytes = Buffer.from(encodeSafetensors(content, { sha256: none, checkpoint: description }));
  bytes.write(createHash('sha256').update(bytes).digest('hex'), bytes.indexOf(none), 'latin1');
  return bytes;
}

test.each([1, 3, 1000])('pieces of %i bytes make the file that one array made', (pieceBytes) => {
  const pieces = checkpointPieces(7, { tensors, metadata: { a: 1 } }, { config: {}, numLogged: 2 }, pieceBytes);
  const description =
    '{"formatVersion":1,"step":7,"config":{},"configHash":"44136fa355b3678a","metadata":{"a":1},"numLogged":2}';
  expect(Buffer.concat(pieces)).toEqual(wholeFile(tensors, description));
});

test('the tensors are not copied for it', () => {
  const [, ...data] = checkpointPieces(7, { tensors, metadata: {} }, {});
  const memory = new Set([...tensors.values()].map(({ data: { buffer } }) => buffer));
  expect(new Set(data.map(({ buffer }) => buffer))).toEqual(memory);
});

test('what is written is read back, whatever the size of the pieces', async () => {
  const file = join(folder, 'a.safetensors');
  const tensor = fc
    .float32Array({ maxLength: 20 })
    .map((data): SafetensorsTensor => ({ dtype: 'F32', shape: [data.length], data }));
  const content = fc.array(fc.tuple(fc.string(), tensor), { maxLength: 4 }).map((entries) => new Map(entries));
  const sizes = fc.integer({ min: 1, max: 90 });
  const property = fc.asyncProperty(content, sizes, sizes, async (written, writeBytes, readBytes) => {
    written.delete('__metadata__');
    await writeFileAtomically(file, checkpointPieces(3, { tensors: written, metadata: {} }, {}, writeBytes));
    expect(await readCheckpointFile(file, readBytes)).toMatchObject({ file, step: 3, tensors: written });
  });
  await fc.assert(property, { seed: 5, numRuns: 100 });
});

test.each([1, 5, 1000])('read by %i bytes, a flipped bit is found, in head and data', async (pieceBytes) => {
  const file = join(folder, 'a.safetensors');
  const sound = Buffer.concat(checkpointPieces(7, { tensors, metadata: {} }, {}));
  for (let index = 0; index < sound.length; index += 7) {
    const bytes = Buffer.from(sound);
    bytes[index]! ^= 4;
    writeFileSync(file, bytes);
    await expect(readCheckpointFile(file, pieceBytes)).rejects.toThrow(DataError);
  }
  const last = Buffer.from(sound);
  last[last.length - 1]! ^= 1;
  writeFileSync(file, last);
  await expect(readCheckpointFile(file, pieceBytes)).rejects.toThrow(
    `The checkpoint ${file} is damaged: its bytes are not those that were written (SHA-256 differs). Use an older one.`,
  );
});

test('a file that cannot be read is not called damaged, and no older one takes its place', async () => {
  writeFileSync(
    join(folder, 'step-00000001.safetensors'),
    Buffer.concat(checkpointPieces(1, { tensors, metadata: {} }, {})),
  );
  const file = join(folder, 'step-00000002.safetensors');
  mkdirSync(file);
  const error = new UnreadableCheckpoint(file, `Cannot read the checkpoint ${file}: it is not a file.`);
  await expect(latestCheckpoint(folder, () => undefined)).rejects.toThrow(error);
});

test('a tensor that no memory holds is named, without calling the file damaged', async () => {
  const size = 2 ** 43;
  const text = JSON.stringify({
    __metadata__: { sha256: '0'.repeat(64), checkpoint: '{}' },
    big: { dtype: 'U8', shape: [size], data_offsets: [0, size] },
  });
  const head = Buffer.alloc(8 + text.length);
  head.writeBigUInt64LE(BigInt(text.length));
  head.write(text, 8);
  const file = join(folder, 'step-00000001.safetensors');
  writeFileSync(file, head);
  truncateSync(file, head.length + size); // takes no place on the disk
  const message =
    `Cannot read the checkpoint ${file}: no memory for its tensor 'big' of 8 796 093 022 208 bytes. ` +
    'Read it on a machine with more.';
  await expect(latestCheckpoint(folder, () => undefined)).rejects.toThrow(new UnreadableCheckpoint(file, message));
});
