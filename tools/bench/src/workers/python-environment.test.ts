import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgramResult, RunProgram } from 'tensorflow-runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { benchCacheFolder } from '../cache-folder.js';
import { checkOwnPython, preparePython } from './python-environment.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-python-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const ok = (output = ''): ProgramResult => ({ code: 0, isMissing: false, output });
const failed = (output: string, isMissing = false): ProgramResult => ({
  code: isMissing ? null : 1,
  isMissing,
  output,
});

/** A machine where each stage may fail; a venv is a folder with an empty bin/python. */
function machine({ version = ok('3.12'), venv = ok(), pip = ok() }: Record<string, ProgramResult> = {}): RunProgram {
  return async (_command, args) => {
    if (args[0] === '-c') return version;
    if (args[1] === 'pip') return pip;
    const bin = join(args[2]!, 'bin');
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, 'python'), '');
    return venv;
  };
}

const prepare = (run: RunProgram, free = 1e12, lines: string[] = []): Promise<string> =>
  preparePython({ folder, run, freeBytes: () => Promise.resolve(free), onNotice: (line) => lines.push(line) });

test('an environment is made once and found again', async () => {
  const lines: string[] = [];
  const python = await prepare(machine(), 1e12, lines);
  expect(python).toMatch(/python-3\.12-[0-9a-f]{8}\/bin\/python$/);
  expect(existsSync(python)).toBe(true);
  expect(lines).toHaveLength(1);
  expect(await prepare(machine({ venv: failed('never asked') }), 0, lines)).toBe(python);
  expect(lines).toHaveLength(1);
});

test.each([
  ['no python3', machine({ version: failed('', true) }), /^python3 was not found.*Install Python 3\.11 or newer/s],
  ['an old one', machine({ version: ok('3.9') }), /^python3 is Python 3\.9, expected 3\.11 to 3\.14/],
  ['no venv', machine({ venv: failed('ensurepip is not available') }), /ensurepip is not available.*python3-venv/s],
  [
    'offline',
    machine({ pip: failed('Connection refused') }),
    /^pip cannot install PyTorch.*Connection refused.*network/s,
  ],
])('%s: told with a remedy, and nothing half made stays', async (_name, run, message) => {
  await expect(prepare(run)).rejects.toThrow(message);
  await expect(prepare(run)).rejects.toThrow('--python PATH');
  expect(await readdir(folder)).toEqual([]);
});

test('a full disk is told before anything is fetched', async () => {
  await expect(prepare(machine(), 2e9)).rejects.toThrow(/2\.0 GB free, expected 8\.0 GB.*RPG_BENCH_CACHE/s);
});

test('a Python of one’s own has to have PyTorch', async () => {
  expect(await checkOwnPython('/opt/python', () => Promise.resolve(ok('2.15.0')))).toBe('/opt/python');
  await expect(checkOwnPython('x', () => Promise.resolve(failed('', true)))).rejects.toThrow(
    '--python x cannot be used: there is no such program\nExpected a Python that imports torch and numpy.',
  );
  const without = (): Promise<ProgramResult> => Promise.resolve(failed("No module named 'torch'"));
  await expect(checkOwnPython('x', without)).rejects.toThrow("it said:\nNo module named 'torch'");
});

test('without a home folder the setting that helps is named', () => {
  const noHome = (): string => {
    throw new Error('uv_os_homedir returned ENOENT');
  };
  for (const home of [noHome, () => '']) {
    expect(benchCacheFolder({ XDG_CACHE_HOME: '/c' }, home)).toBe('/c/rpg-bench');
    expect(() => benchCacheFolder({}, home)).toThrow(
      'There is no home folder for what the comparison installs and compiles. Let RPG_BENCH_CACHE name a folder, or set HOME.',
    );
  }
});

test('the cache folder follows the user’s environment', () => {
  expect(benchCacheFolder({ RPG_BENCH_CACHE: '/a/b' })).toBe('/a/b');
  expect(benchCacheFolder({ XDG_CACHE_HOME: '/c' })).toBe('/c/rpg-bench');
  expect(benchCacheFolder({ XDG_CACHE_HOME: 'relative' })).toMatch(/\/\.cache\/rpg-bench$/);
  expect(() => benchCacheFolder({ RPG_BENCH_CACHE: 'b' })).toThrow(
    "RPG_BENCH_CACHE is 'b', expected an absolute path.",
  );
});
