import { expect, test } from 'vitest';
import { runNode } from '../test/child-process.js';
import { isTensorflowHere } from '../test/native-here.js';
import { formatDoctor, type DoctorReport } from './doctor.js';

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
  },
  notices: ['TensorFlow is not provisioned.'],
  oneDnn: null,
  gpus: [],
  suitable: 'cuda',
  provisioned: [],
  cacheFolder: '/cache',
  cacheBytes: 0,
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
    'Precision     float32 throughout',
    'Flavour       none (suitable: cuda)',
    'NVIDIA GPUs   none',
    'Provisioned   none',
    'Cache         /cache (0.00 GB)',
    'Addon         not linked',
    'Node          v20.0.0 on linux x64',
    'Matmul 1024   12.3 GFLOP/s',
    'Conv 3×3      5.7 GFLOP/s (batch 32, 32×32, 64 → 64 channels)',
    'TensorFlow is not provisioned.',
  ]);
});

test.skipIf(!isTensorflowHere)('doctor measures TensorFlow', async () => {
  const { code, stdout } = await runNode(['bin/tensorflow-runtime.mjs', 'doctor', '--json']);
  const found = JSON.parse(stdout) as DoctorReport;
  expect(code).toBe(0);
  expect(found.backend.name).toBe('tensorflow');
  expect(found.speed.convGflops).toBeGreaterThan(1);
  expect(found.cacheBytes).toBeGreaterThan(8e8);
});
