import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataError } from '../errors.js';
import { createRunFolderName, makeRunFolder } from './run-name.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-name-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test('names sort by time and tell app and preset', () => {
  expect(createRunFolderName('pose', 'quick', new Date('2026-01-31T17:45:02.999Z'))).toBe(
    join('runs', 'pose', '20260131-174502-quick'),
  );
});

test('a name that is taken gets a number', () => {
  const name = join(folder, 'runs', 'pose', '20260131-174502-quick');
  expect([makeRunFolder(name), makeRunFolder(name), makeRunFolder(name)]).toEqual([name, `${name}-2`, `${name}-3`]);
});

test('a place where none can be made is named', async () => {
  await writeFile(join(folder, 'file'), '');
  expect(() => makeRunFolder(join(folder, 'file', 'run'))).toThrow(DataError);
});
