import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import {
  cachePaths,
  cacheRoot,
  findCacheRoot,
  findProvisioned,
  isProvisioned,
  TFJS_NODE_VERSION,
} from './cache-folder.js';
import type { Flavour } from './wheels/wheel-pins.js';

const folder = temporaryFolder();

test('the cache lies where the user says, else where the system says, else in the home folder', () => {
  expect(cacheRoot({ TENSORFLOW_RUNTIME_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
  expect(cacheRoot({ TENSORFLOW_RUNTIME_CACHE: '', XDG_CACHE_HOME: '/b' })).toBe('/b/tensorflow-runtime');
  expect(cacheRoot({ XDG_CACHE_HOME: 'relative' })).toBe(join(homedir(), '.cache', 'tensorflow-runtime'));
  expect(cacheRoot({})).toBe(join(homedir(), '.cache', 'tensorflow-runtime'));
});

test.each([
  {
    name: 'no home',
    home: () => {
      throw new Error('uv_os_homedir returned ENOENT');
    },
    found: 'empty or not set',
  },
  { name: 'an empty HOME', home: () => '', found: 'empty or not set' },
  { name: 'a relative HOME', home: () => 'me', found: "'me'" },
])('$name is told with the way out', ({ home, found }) => {
  const problem =
    `There is no folder for TensorFlow: HOME is ${found}, expected an absolute path.\n` +
    'Let TENSORFLOW_RUNTIME_CACHE name a folder that you may write to, or set HOME.';
  expect(findCacheRoot({}, home)).toEqual({ problem });
  expect(() => cacheRoot({}, home)).toThrow(new Error(problem));
  expect(cacheRoot({ XDG_CACHE_HOME: '/b' }, home)).toBe('/b/tensorflow-runtime');
});

test('a relative cache folder is refused', () => {
  expect(() => cacheRoot({ TENSORFLOW_RUNTIME_CACHE: 'cache' })).toThrow(
    new RangeError(
      "TENSORFLOW_RUNTIME_CACHE is 'cache', expected an absolute path.\nSet it to a full path, or unset it.",
    ),
  );
});

test('the wanted flavour is preferred, another one is better than none', () => {
  const provisioned = (flavour: Flavour): void => {
    const { addon } = cachePaths(flavour, folder);
    mkdirSync(dirname(addon), { recursive: true });
    writeFileSync(addon, '');
  };
  expect(findProvisioned('cuda', folder)).toBeNull();
  provisioned('cpu');
  expect(findProvisioned('cuda', folder)?.flavour).toBe('cpu');
  provisioned('cuda');
  expect(findProvisioned('cuda', folder)?.flavour).toBe('cuda');
  expect(findProvisioned('cpu', folder)?.flavour).toBe('cpu');
});

test('a library without its addon is not provisioned', () => {
  const paths = cachePaths('cpu', join(folder, 'half'));
  mkdirSync(paths.library, { recursive: true });
  expect(isProvisioned(paths)).toBe(false);
});

test('the addon is built from the tfjs-node-gpu that is installed', () => {
  const installed: unknown = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/package.json');
  expect(installed).toMatchObject({ version: TFJS_NODE_VERSION });
});
