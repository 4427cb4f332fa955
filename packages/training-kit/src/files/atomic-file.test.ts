import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DataError } from '../errors.js';
import { removeLeftovers, writeFileAtomically } from './atomic-file.js';
import { writeError } from './write-error.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atomic-file-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a file is made, then replaced, and nothing else is left', async () => {
  const file = join(folder, 'a.txt');
  await writeFileAtomically(file, 'one');
  await writeFileAtomically(file, Uint8Array.of(0x74, 0x77, 0x6f));
  expect(readFileSync(file, 'utf8')).toBe('two');
  expect(readdirSync(folder)).toEqual(['a.txt']);
});

test('a failed write leaves what was there', async () => {
  const file = join(folder, 'a');
  mkdirSync(file); // a folder of that name: the rename fails
  writeFileSync(join(file, 'inside'), '');
  await expect(writeFileAtomically(file, 'one')).rejects.toThrow(DataError);
  expect(readdirSync(folder)).toEqual(['a']);
  expect(readdirSync(file)).toEqual(['inside']);
});

test.each([
  { code: 'EINVAL', isWritten: true },
  { code: 'EIO', isWritten: false },
])('where folders answer a sync with $code, the file is written: $isWritten', async ({ code, isWritten }) => {
  const handle = await open(folder, 'r');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const refused = Object.assign(new Error(`${code}: fsync`), { code });
  const sync = vi.spyOn(prototype, 'sync').mockResolvedValueOnce(undefined).mockRejectedValueOnce(refused);
  const written = writeFileAtomically(join(folder, 'a'), 'one').then(
    () => true,
    () => false,
  );
  expect(await written).toBe(isWritten);
  expect(sync).toHaveBeenCalledTimes(2); // the file, its folder
  sync.mockRestore();
});

test('a folder that is gone is named', async () => {
  const file = join(folder, 'gone', 'a');
  await expect(writeFileAtomically(file, 'one')).rejects.toThrow(
    `Cannot write ${file}: its folder does not exist. It was there when the run began; was it moved or deleted?`,
  );
});

test.each([
  {
    code: 'ENOSPC',
    error: 'the disk is full. Free some space and go on with --resume; the files written before are intact.',
  },
  {
    code: 'EDQUOT',
    error: 'the disk quota is used up. Free some space and go on with --resume; the files written before are intact.',
  },
  { code: 'EACCES', error: 'no permission. Make its folder writable, or choose another folder.' },
  { code: 'EROFS', error: 'the file system is read-only. Choose another folder.' },
  { code: 'EIO', error: 'EIO: made up' },
])('$code becomes a sentence with a mend', ({ code, error }) => {
  const cause = Object.assign(new Error(`${code}: made up`), { code });
  expect(writeError('runs/a/x', cause)).toMatchObject({
    message: `Cannot write runs/a/x: ${error}`,
    file: 'runs/a/x',
    cause,
  });
});

test('leftovers are told from other files by their name', async () => {
  const names = ['.a.0123456789ab.part', '.b.part', 'c.0123456789ab.part', 'd'];
  for (const name of names) writeFileSync(join(folder, name), '');
  await removeLeftovers(folder);
  expect(readdirSync(folder).sort()).toEqual(['.b.part', 'c.0123456789ab.part', 'd']);
});
