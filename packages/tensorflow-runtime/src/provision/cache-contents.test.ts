import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { buildRecord, readContents, sealFolder, wrongDigest, wrongSize } from './cache-contents.js';

const parent = temporaryFolder();
// echo -n library | sha256sum
const LIBRARY_SHA256 = 'b718f1354f7247312eca086d9a024afe5fa717ddea5adeddd6f12bcf945b2e8c';
let folder = '';
let library = '';

beforeEach(async () => {
  folder = join(parent, String(readdirSync(parent).length));
  library = join(folder, 'tensorflow', 'lib.so');
  mkdirSync(join(folder, 'tensorflow'), { recursive: true });
  mkdirSync(join(folder, 'addon'));
  writeFileSync(library, 'library');
  writeFileSync(join(folder, 'tensorflow', 'c_api.h'), '');
  writeFileSync(join(folder, 'addon', 'a.node'), 'has a list of its own');
  await sealFolder(folder);
});

test('sizes and sums of all files are written down', () => {
  expect(readContents(folder).files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
    ['tensorflow/c_api.h', 0],
    ['tensorflow/lib.so', 7],
  ]);
  expect(readContents(folder).files[1]?.sha256).toBe(LIBRARY_SHA256);
  expect(readdirSync(folder).sort()).toEqual(['addon', 'contents.json', 'tensorflow']);
});

test('a sound folder has no damage, also when it is sealed again', async () => {
  const before = readFileSync(join(folder, 'contents.json'), 'utf8');
  await sealFolder(folder);
  expect(readFileSync(join(folder, 'contents.json'), 'utf8')).toBe(before);
  expect([wrongSize(folder), await wrongDigest(folder)]).toEqual([null, null]);
});

test('a file cut in half is told by its size', () => {
  truncateSync(library, 3);
  expect(wrongSize(folder)).toBe(`${library} has 3 bytes, expected 7`);
  expect(wrongSize(folder, (path) => path.endsWith('.h'))).toBeNull();
});

test('flipped bytes are told by the sum alone', async () => {
  writeFileSync(library, 'librarz');
  expect(wrongSize(folder)).toBeNull();
  expect(await wrongDigest(folder)).toMatch(
    new RegExp(`^${library} has SHA-256 [0-9a-f]{64}, expected ${LIBRARY_SHA256}$`),
  );
});

test('a file that is gone is named', async () => {
  rmSync(library);
  expect(wrongSize(folder)).toBe(`ENOENT: no such file or directory, stat '${library}'`);
  expect(await wrongDigest(folder)).toBe(`ENOENT: no such file or directory, open '${library}'`);
});

test.each(['', '{}', 'null', '{"files": 1}', '[1]'])('a list that is none is damage: %j', (text) => {
  writeFileSync(join(folder, 'contents.json'), text);
  expect(wrongSize(folder)).toBe(`${join(folder, 'contents.json')} is not a list of files`);
});

test('how an addon was built is kept beside it', async () => {
  const compiler = { command: 'g++', args: ['-m64'], version: 'g++ 12.2.0' };
  const build = buildRecord(compiler, ['-O3']);
  expect(build).toEqual({ compiler: 'g++ 12.2.0 -m64', flags: ['-O3'] });
  await sealFolder(folder, build);
  expect(readContents(folder).build).toEqual(build);
});
