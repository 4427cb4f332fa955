import { createHash } from 'node:crypto';
import { rmSync, statfsSync } from 'node:fs';
import { mkdtemp, open, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SafetensorsTensor } from 'rpg-core';
import { expect, test } from 'vitest';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';

/** Above what Node reads as one file, sums at once or writes at once. */
const numBig = 2 ** 29 + 16;
const MIN_FREE_BYTES = 6e9;
const numFree = ((): number => {
  const { bavail, bsize } = statfsSync(tmpdir());
  return bavail * bsize;
})();

test.skipIf(numFree < MIN_FREE_BYTES)(
  'a checkpoint above 2 GiB is written, summed and read back, in little more memory than its tensors take (needs 6 GB of disk)',
  { timeout: 600_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'checkpoint-size-'));
    try {
      const data = new Float32Array(numBig); // zeros that take no memory until they are written to
      const tensors = new Map<string, SafetensorsTensor>([
        ['big', { dtype: 'F32', shape: [numBig], data }],
        ['last', { dtype: 'F32', shape: [2], data: Float32Array.of(0.5, -3) }],
      ]);
      const file = await writeCheckpoint(folder, 1, { tensors, metadata: {} }, { keepLast: 1 });
      const { size } = await stat(file);
      expect(size).toBeGreaterThan(2 ** 31 + 64);
      await expect(readFile(file)).rejects.toThrow('2 GiB'); // what this test is about
      expect(await sumOf(file, size)).toBe(await sumInside(file));
      const read = await readCheckpoint(file);
      expect(read.tensors.get('last')?.data).toEqual(Float32Array.of(0.5, -3));
      expect(read.tensors.get('big')?.data.length).toBe(numBig);
      expect(process.resourceUsage().maxRSS * 1024).toBeLessThan(3e9);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

/** The digits that the head holds. */
async function sumInside(file: string): Promise<string> {
  return (/"sha256":"([0-9a-f]{64})"/.exec(await startOf(file)) ?? [])[1] ?? '';
}

async function startOf(file: string): Promise<string> {
  const handle = await open(file, 'r');
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
  await handle.close();
  return buffer.toString('latin1', 0, bytesRead);
}

/** SHA-256 of the file with zeros in place of the sum, read the plain way. */
async function sumOf(file: string, size: number): Promise<string> {
  const handle = await open(file, 'r');
  const at = (await startOf(file)).indexOf('"sha256":"') + 10;
  const hash = createHash('sha256');
  let position = 0;
  for await (const chunk of handle.createReadStream({ highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    if (position === 0) chunk.fill('0', at, at + 64);
    hash.update(chunk);
    position += chunk.length;
  }
  expect(position).toBe(size);
  return hash.digest('hex');
}
