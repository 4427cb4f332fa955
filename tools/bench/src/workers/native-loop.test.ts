import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunProgram } from 'tensorflow-runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { prepareNativeLoop } from './native-loop.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-loop-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Keeps what is called; compiles by writing a file, unless `isBroken`. */
function compiler(calls: string[], isBroken = false): RunProgram {
  return async (command, args) => {
    calls.push([command, ...args.slice(0, 2)].join(' '));
    if (args.includes('--version')) return { code: 0, isMissing: false, output: 'g++ 12.2.0' };
    if (isBroken) return { code: 1, isMissing: false, output: 'error: no' };
    await writeFile(args.at(-1)!, '');
    return { code: 0, isMissing: false, output: '' };
  };
}

test('CXX may hold arguments, and the program is made once', async () => {
  vi.stubEnv('CXX', 'ccache g++');
  const calls: string[] = [];
  const program = await prepareNativeLoop(folder, compiler(calls));
  expect(calls).toEqual(['ccache g++ --version', 'ccache g++ -std=c++17']);
  expect(await prepareNativeLoop(folder, compiler(calls))).toBe(program);
  expect(calls).toHaveLength(3);
  expect(await readdir(folder)).toHaveLength(1);
});

test('no compiler, and one that fails, are told with the way out', async () => {
  vi.stubEnv('CXX', 'gone -m64');
  const gone: RunProgram = () => Promise.resolve({ code: null, isMissing: true, output: '' });
  await expect(prepareNativeLoop(folder, gone)).rejects.toThrow(
    'The hand-written loop cannot be compiled: there is no gone -m64\nInstall a C++ compiler with OpenMP',
  );
  vi.stubEnv('CXX', 'ccache g++');
  await expect(prepareNativeLoop(folder, compiler([], true))).rejects.toThrow(
    'The hand-written loop cannot be compiled: ccache g++ said:\nerror: no\n',
  );
});
