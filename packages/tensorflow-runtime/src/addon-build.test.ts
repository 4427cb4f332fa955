import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../test/temporary-folder.js';
import { buildAddon } from './addon-build.js';

const folder = temporaryFolder();

test('what the compiler says is passed on with the remedy', async () => {
  const compiler = join(folder, 'compiler');
  writeFileSync(compiler, '#!/bin/sh\necho "fatal error: string: No such file or directory" >&2\nexit 1\n', {
    mode: 0o755,
  });
  expect(await buildAddon({ compiler, library: folder, output: folder, home: folder })).toBe(
    `${compiler} cannot compile the addon that joins Node and TensorFlow. It said:\n` +
      'fatal error: string: No such file or directory\n' +
      'Expected a C++17 compiler with its standard library: install one (Debian, Ubuntu: apt install g++), or name it in CXX.',
  );
});
