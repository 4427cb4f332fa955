import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { runNode } from '../test/child-process.js';
import { isTensorflowHere } from '../test/native-here.js';
import { temporaryFolder } from '../test/temporary-folder.js';
import { type DoctorReport, formatDoctor } from './doctor.js';
import { sealFolder } from './provision/cache-contents.js';
import { cachePaths } from './provision/cache-folder.js';

const report: DoctorReport = {
  node: 'v20.0.0',
  platform: 'linux x64',
  backend: {
    name: 'wasm',
    tensorflowVersion: null,
    device: 'cpu',
    flavour: null,
    threads: 1,
    simd: [],
    precision: 'float32 throughout',
    oneDnn: null,
    build: null,
  },
  notices: ['TensorFlow is not provisioned.'],
  gpus: [],
  suitable: 'cuda',
  provisioned: [],
  cacheFolder: '/cache',
  cacheBytes: 0,
  damage: null,
  addon: null,
  speed: { matmulSize: 1024, matmulGflops: 12.34, convBatch: 32, convGflops: 5.67 },
};

test('the report is one line per fact, notices last', () => {
  expect(formatDoctor(report).split('\n')).toEqual([
    'Backend       wasm',
    'TensorFlow    not in use',
    'Device        cpu',
    'Threads       1',
    'Instructions  not known',
    'oneDNN        not in use',
    'Built by      not in use',
    'Flags         not in use',
    'Loops for     not in use',
    'Precision     float32 throughout',
    'Flavour       none (suitable: cuda)',
    'NVIDIA GPUs   none',
    'Provisioned   none',
    'Cache         /cache (0.00 GB)',
    'Addon         none',
    'Node          v20.0.0 on linux x64',
    'Matmul 1024   12.3 GFLOP/s',
    'Conv 3×3      5.7 GFLOP/s (batch 32, 32×32, 64 → 64 channels)',
    'TensorFlow is not provisioned.',
  ]);
});

test('a sound cache, a damaged one and none are told', () => {
  const cacheOf = (changes: Partial<DoctorReport>): string | undefined =>
    formatDoctor({ ...report, provisioned: ['cpu'], ...changes })
      .split('\n')
      .find((line) => line.startsWith('Cache'));
  expect(cacheOf({})).toBe('Cache         /cache (0.00 GB, every file as it was written)');
  expect(cacheOf({ damage: 'a.so has 1 bytes, expected 2' })).toBe('Cache         /cache (0.00 GB, damaged)');
  expect(cacheOf({ cacheFolder: null })).toBe('Cache         none: there is no home folder');
});

test('flipped bytes are found before they are run', async () => {
  const root = join(temporaryFolder(), 'cache');
  const { addon, library } = cachePaths('cpu', root);
  mkdirSync(dirname(addon), { recursive: true });
  writeFileSync(addon, 'is no library');
  await sealFolder(dirname(addon));
  await sealFolder(library);
  writeFileSync(addon, 'is no librarz');
  const env = { TENSORFLOW_RUNTIME_CACHE: root, TENSORFLOW_RUNTIME_FLAVOUR: 'cpu' };
  const { code, stdout } = await runNode(['bin/tensorflow-runtime.mjs', 'doctor', '--json'], env);
  const found = JSON.parse(stdout) as DoctorReport;
  expect(code).toBe(0);
  expect(found.damage).toMatch(new RegExp(`^${addon} has SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}$`));
  expect(found.notices).toEqual([
    `The provisioned TensorFlow is damaged (${found.damage ?? ''}); measured on WebAssembly instead: ` +
      'run `npx tensorflow-runtime provision`, which mends it.',
  ]);
  expect(found.backend.name).toBe('wasm');
  const asked = await runNode(['bin/tensorflow-runtime.mjs', 'doctor', '--device', 'tensorflow'], env);
  expect(asked.stderr).toMatch(/^The provisioned TensorFlow is damaged: .*\.\nRun `npx tensorflow-runtime provision`/);
  expect(asked.code).toBe(1);
});

test.skipIf(!isTensorflowHere)('doctor measures TensorFlow', async () => {
  const { code, stdout } = await runNode(['bin/tensorflow-runtime.mjs', 'doctor', '--json']);
  const found = JSON.parse(stdout) as DoctorReport;
  expect(code).toBe(0);
  expect(found.backend.name).toBe('tensorflow');
  expect(found.speed.convGflops).toBeGreaterThan(0);
  expect(found.damage).toBeNull();
  expect(found.cacheBytes).toBeGreaterThan(8e8);
});
