import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.js';
import { smallWheel, SYMLINK_MODE, type ZipEntry, zipOf } from '../../../test/zip-fixture.js';
import { isNeeded, unpackWheel } from './wheel-unpack.js';

const folder = temporaryFolder();

function archive(name: string, bytes: Buffer): { file: string; target: string } {
  const file = join(folder, `${name}.whl`);
  writeFileSync(file, bytes);
  return { file, target: join(folder, name) };
}

test('only what is needed is unpacked, as it was', async () => {
  const { file, target } = archive('good', smallWheel());
  await unpackWheel(file, target);
  const library = join(target, 'tensorflow/libtensorflow_cc.so.2');
  expect(readFileSync(library, 'utf8')).toBe('library');
  expect(statSync(library).mode & 0o777).toBe(0o755);
  expect(existsSync(join(target, 'tensorflow/include/tensorflow/c/c_api.h'))).toBe(true);
  expect(existsSync(join(target, 'tensorflow/python'))).toBe(false);
});

test.each([
  ['tensorflow/include/tensorflow/c/eager/c_api.h', true],
  ['tensorflow/include/tensorflow/core/platform/ctstring_internal.h', true],
  ['tensorflow/include/tensorflow/core/platform/env.h', false],
  ['tensorflow/libtensorflow_framework.so.2', true],
  ['nvidia/cudnn/lib/libcudnn.so.9', true],
  ['nvidia/cuda_nvcc/bin/ptxas', true],
  ['nvidia/cudnn/include/cudnn.h', false],
  ['nvidia/cudnn/lib/', false],
])('%s: needed %s', (name, expected) => {
  expect(isNeeded(name)).toBe(expected);
});

const plain = { name: 'tensorflow/libtensorflow_cc.so.2', text: 'x' };
const refused: { name: string; entries: ZipEntry[]; text: RegExp }[] = [
  { name: 'parent', entries: [{ name: '../outside.h', text: 'x' }], text: /invalid relative path: \.\.\/outside\.h/ },
  { name: 'absolute', entries: [{ name: '/tmp/outside.h', text: 'x' }], text: /absolute path: \/tmp\/outside\.h/ },
  { name: 'backslash', entries: [{ name: '..\\outside.h', text: 'x' }], text: /invalid characters/ },
  {
    name: 'symlink',
    entries: [{ ...plain, text: '/etc', mode: SYMLINK_MODE }],
    text: /'tensorflow\/libtensorflow_cc\.so\.2' as a symbolic link, expected a plain file/,
  },
  { name: 'huge', entries: [{ ...plain, claimedBytes: 0xfffffff0 }], text: /of 4294967280 bytes|size mismatch/ },
  { name: 'twice', entries: [plain, plain], text: /EEXIST/ },
];

test.each(refused)('an archive with a bad entry is refused: $name', async ({ name, entries, text }) => {
  const { file, target } = archive(name, zipOf(entries));
  await expect(unpackWheel(file, target)).rejects.toThrow(text);
  await expect(unpackWheel(file, join(folder, `${name}-again`))).rejects.toThrow(
    new RegExp(`^Cannot unpack ${name}\\.whl: .*\\nNothing was kept\\. Run the same command again\\.$`, 's'),
  );
  expect(existsSync(join(folder, 'outside.h'))).toBe(false);
  expect(existsSync('/tmp/outside.h')).toBe(false);
});

test('a cut-off archive is refused', async () => {
  const { file, target } = archive('cut', smallWheel().subarray(0, 200));
  await expect(unpackWheel(file, target)).rejects.toThrow(/^Cannot unpack cut\.whl: .*\nNothing was kept\./);
});
