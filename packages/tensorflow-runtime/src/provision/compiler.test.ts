import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { compileProblem, compilerNames, findCompiler } from './compiler.js';
import type { ProgramResult } from './run-program.js';

const folder = join(temporaryFolder(), 'my tools');
mkdirSync(folder);
const spaced = join(folder, 'g++');
writeFileSync(spaced, '');

/** Every program is there but those named `gone`; says what it was called with. */
function run(command: string, args: readonly string[]): Promise<ProgramResult> {
  const isMissing = command === 'gone';
  return Promise.resolve({ code: isMissing ? null : 0, isMissing, output: `${[command, ...args].join('|')}\nmore` });
}

test('CXX alone is tried where it is set, else the usual names', () => {
  expect(compilerNames({ CXX: ' ccache g++ ' })).toEqual(['ccache g++']);
  expect(compilerNames({ CXX: ' ' })).toEqual(['g++', 'c++', 'clang++']);
  expect(compilerNames({})).toEqual(['g++', 'c++', 'clang++']);
});

test.each([
  { name: 'g++', command: 'g++', args: [] },
  { name: 'ccache g++', command: 'ccache', args: ['g++'] },
  { name: 'g++ -m64  --sysroot=/a', command: 'g++', args: ['-m64', '--sysroot=/a'] },
  { name: `"/a b/g++" '-D X'`, command: '/a b/g++', args: ['-D X'] },
  { name: spaced, command: spaced, args: [] },
])('a compiler may be named with its arguments: $name', async ({ name, command, args }) => {
  const version = [command, ...args, '--version'].join('|');
  expect(await findCompiler(['gone', name, 'clang++'], run)).toEqual({ command, args, version });
});

test('none is found where none answers', async () => {
  expect(await findCompiler(['gone', 'gone -m64', ' '], run)).toBeNull();
});

test('what a compiler complains about comes with its version, and with what it reads besides', () => {
  const compiler = { command: 'ccache', args: ['g++-8'], version: 'g++-8 (GCC) 8.5.0' };
  const problem =
    'ccache g++-8 cannot compile the addon that joins Node and TensorFlow. It said:\n' +
    'error: no\n' +
    'It is g++-8 (GCC) 8.5.0; expected C++17 with its standard library (tried: g++ 11 and 12, clang++ 14).\n' +
    'Name another compiler in CXX, as in CXX=g++-12, then run the same command again.';
  expect(compileProblem(compiler, 'error: no', { CXXFLAGS: '-O0' })).toBe(problem);
  expect(compileProblem(compiler, 'error: no', { CPATH: '/usr/include', LD_LIBRARY_PATH: '' })).toBe(
    `${problem}\nCompilers also read CPATH, set here: try without.`,
  );
});
