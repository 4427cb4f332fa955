import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { buildAddon, compilerFlags } from './addon-build.js';
import { cachePaths } from './cache-folder.js';
import { detectFlavour } from './flavour.js';

const folder = temporaryFolder();

test('what the compiler says is passed on with the remedy', async () => {
  const command = join(folder, 'compiler');
  writeFileSync(command, '#!/bin/sh\necho "fatal error: string: No such file or directory" >&2\nexit 1\n', {
    mode: 0o755,
  });
  const compiler = { command, args: [], version: 'compiler 1.0' };
  const problem = await buildAddon({ compiler, library: folder, output: folder, home: folder, scratch: folder });
  expect(problem).toContain(
    `${command} cannot compile the addon that joins Node and TensorFlow. It said:\n` +
      'fatal error: string: No such file or directory\n' +
      'It is compiler 1.0; expected C++17 with its standard library (tried: g++ 11 and 12, clang++ 14).\n' +
      'Name another compiler in CXX, as in CXX=g++-12, then run the same command again.',
  );
});

/** Files with loops for several instruction sets, by each of the ways that they are asked for. */
const sources = [
  'optimizers/optimizer-update.cc',
  'convolution/winograd-avx2.cc',
  'convolution/direct-avx512-bf16.cc',
  'ring/ring-gradient.cc',
];
const { headers } = cachePaths(detectFlavour());
const isThere = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

for (const compiler of ['g++', 'g++-11', 'clang++']) {
  const skipped = !isThere(compiler) ? 'not installed' : !existsSync(headers) ? 'no TensorFlow' : null;
  const name = `${compiler} builds loops for AVX2 and AVX-512${skipped === null ? '' : ` (${skipped})`}`;
  test.skipIf(skipped !== null)(name, () => {
    const flags = compilerFlags.filter((flag) => flag !== '-shared');
    const files = sources.map((file) => fileURLToPath(new URL(`../../native/${file}`, import.meta.url)));
    // At -O1: what is asked is whether the compiler knows the sets, and it takes a third of the time.
    const args = [...flags, '-O1', `-I${headers}`, '-Wno-unknown-pragmas', '-c', ...files];
    const { status, stderr } = spawnSync(compiler, args, { cwd: folder, encoding: 'utf8' });
    expect({ status, errors: stderr.split('\n').filter((line) => line.includes('error')) }).toEqual({
      status: 0,
      errors: [],
    });
    const code = spawnSync('objdump', ['-d', 'winograd-avx2.o', 'direct-avx512-bf16.o'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(code.stdout).toContain('%ymm');
    expect(code.stdout).toContain('vdpbf16ps');
  });
}
