import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolders } from './make-folders.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'make-folders-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('folders are made, those above as well', async () => {
  await makeFolders(join(folder, 'a', 'b'));
  await makeFolders(join(folder, 'a', 'b'));
  expect(existsSync(join(folder, 'a', 'b'))).toBe(true);
});

test.skipIf(!existsSync('/proc/self'))('a place that takes no folders is named', async () => {
  await expect(makeFolders('/proc/none/run')).rejects.toThrow(
    'Cannot write /proc/none/run: no folder can be made in /proc. Choose another folder.',
  );
});

test('a file in the place of a folder is named', async () => {
  const file = join(folder, 'a');
  writeFileSync(file, '');
  const text = (path: string) => `Cannot write ${path}: ${file} is a file. Choose another folder.`;
  await expect(makeFolders(file)).rejects.toThrow(text(file));
  await expect(makeFolders(join(file, 'run'))).rejects.toThrow(text(join(file, 'run')));
});
