import fc from 'fast-check';
import { ConfigError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { clusterChoices, clusterFromEnvironment } from './cluster-from-environment.js';
import { describePlace, MAX_WORKERS } from './cluster-place.js';

const tfConfig = { TF_CONFIG: '{"cluster":{"worker":["a:1","b:1"]},"task":{"type":"worker","index":1}}' };
const torch = { RANK: '1', WORLD_SIZE: '2', MASTER_ADDR: 'a', MASTER_PORT: '29500' };
const jax = { JAX_NUM_PROCESSES: '2', JAX_PROCESS_ID: '0', JAX_COORDINATOR_ADDRESS: 'a:1' };
const slurm = {
  SLURM_PROCID: '0',
  SLURM_STEP_NUM_TASKS: '2',
  SLURM_STEP_NODELIST: 'a,b',
  SLURM_STEP_TASKS_PER_NODE: '1(x2)',
};
const pod = { JOB_COMPLETION_INDEX: '1' };
const HOSTS = 'train-{index}.train:2222';

test.each([
  { env: tfConfig, source: 'tf-config', note: 'Worker 1 of 2 (0 to 1), by TF_CONFIG; --cluster none trains alone.' },
  { env: torch, source: 'torch', note: "Worker 1 of 2 (0 to 1), by torch's variables; --cluster none trains alone." },
  { env: jax, source: 'jax', note: "Worker 0 of 2 (0 to 1), by JAX's variables; --cluster none trains alone." },
  { env: slurm, source: 'slurm', note: "Worker 0 of 2 (0 to 1), by SLURM's variables; --cluster none trains alone." },
  { env: { ...slurm, ...jax, ...torch, ...tfConfig }, source: 'tf-config' },
  { env: { ...slurm, ...jax, ...torch }, source: 'torch' },
  { env: { ...slurm, ...jax }, source: 'jax' },
  { env: { ...slurm, WORLD_SIZE: '1', RANK: '0', TF_CONFIG: '{}' }, source: 'slurm' }, // what names one worker hides nothing
])('auto takes $source', ({ env, source, note }) => {
  const place = clusterFromEnvironment(env, { cluster: 'auto' })!;
  expect(place.source).toBe(source);
  if (note !== undefined) expect(describePlace(place)).toBe(note);
});

test.each([
  { what: 'nothing', env: {} },
  { what: 'a pod of one process', env: { WORLD_SIZE: '1', RANK: '0', MASTER_ADDR: 'localhost', MASTER_PORT: '29500' } },
  { what: 'a pod of an Indexed Job', env: pod },
  { what: 'leftovers of other work', env: { RANK: '3', MASTER_ADDR: 'a', MASTER_PORT: 'x', JAX_PROCESS_ID: '7' } },
  { what: 'empty variables', env: { TF_CONFIG: '', WORLD_SIZE: ' ', JAX_NUM_PROCESSES: '', SLURM_STEP_NODELIST: '' } },
  { what: 'a batch script', env: { SLURM_PROCID: '0', SLURM_NTASKS: '4', SLURM_JOB_NODELIST: 'n[1-4]' } },
  {
    what: 'a shell of salloc',
    env: { ...slurm, SLURM_STEP_NUM_TASKS: '1', SLURM_NTASKS: '4', SLURM_STEP_NODELIST: 'n1' },
  },
])('$what trains alone', ({ env }) => {
  expect(clusterFromEnvironment(env, { cluster: 'auto' })).toBeUndefined();
  expect(clusterFromEnvironment(env, { cluster: 'auto', workers: 4 })).toBeUndefined(); // started on this machine
});

test('none reads nothing', () => {
  expect(clusterFromEnvironment({ TF_CONFIG: '?' }, { cluster: 'none' })).toBeUndefined();
});

test('hosts come before variables', () => {
  const place = clusterFromEnvironment({ ...torch, ...pod }, { cluster: 'auto', hosts: HOSTS, workers: 2 });
  expect(place).toMatchObject({ source: 'kubernetes', index: 1 });
});

test.each([
  {
    env: tfConfig,
    flags: { cluster: 'auto', workers: 4 },
    text:
      '--workers is 4, but TF_CONFIG makes this worker 1 of 2. Leave --workers out, or pass --cluster none to start 4 on ' +
      'this machine.',
  },
  {
    env: {},
    flags: { cluster: 'slurm', hosts: HOSTS },
    text: '--hosts is read with --cluster kubernetes, but --cluster is slurm. Leave one out.',
  },
  {
    env: { WORLD_SIZE: '4' },
    flags: { cluster: 'auto' },
    text: 'RANK is not set; torchrun, as PyTorchJob sets it. To train alone, pass --cluster none.',
  },
  { env: {}, flags: { cluster: 'torch' }, text: 'WORLD_SIZE is not set; torchrun, as PyTorchJob sets it.' },
  {
    env: {},
    flags: { cluster: 'jax' },
    text: 'JAX_NUM_PROCESSES is not set; who starts JAX, or Kubeflow Trainer, sets it.',
  },
  { env: {}, flags: { cluster: 'slurm' }, text: 'SLURM_STEP_NODELIST is not set; srun sets it.' },
  { env: {}, flags: { cluster: 'tf-config' }, text: 'TF_CONFIG is not set; who starts the workers sets it.' },
] as const)('$text', ({ env, flags, text }) => {
  expect(() => clusterFromEnvironment(env, flags)).toThrow(
    expect.objectContaining({ name: 'ConfigError', message: text }),
  );
});

const names = [
  ...Object.keys({ ...tfConfig, ...torch, ...jax, ...slurm, ...pod }),
  'PET_NNODES',
  'PET_NODE_RANK',
  'SLURM_NODEID',
];
const hostile = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.constantFrom(
    '0',
    '1',
    '2',
    '-1',
    '1e9',
    '999999999',
    '99999999999999999999',
    '0x2',
    'NaN',
    '__proto__',
    '(null)',
    '２',
  ),
  fc.constantFrom('n[0-999999999]', 'n[' + '['.repeat(5000), '1(x999999999)', 'a[1]'.repeat(5000), '1,'.repeat(60_000)),
  fc.constantFrom(
    '['.repeat(100_000),
    '{"cluster":'.repeat(9000),
    `{"cluster":{"worker":[${'"a:1",'.repeat(20_000)}"b:1"]}}`,
  ),
  fc
    .array(fc.constantFrom('n', '[', ']', '-', ',', '0', '9', '(x', ')', '.'), { maxLength: 30 })
    .map((parts) => parts.join('')),
);

test('whatever the variables hold: alone, a place that holds together, or one sentence', () => {
  const env = fc.dictionary(fc.constantFrom(...names), hostile, { noNullPrototype: true });
  const flags = fc.record(
    {
      cluster: fc.constantFrom(...clusterChoices),
      hosts: fc.option(fc.oneof(hostile, fc.constant(HOSTS)), { nil: undefined }),
      workers: fc.option(fc.oneof(fc.integer(), fc.double()), { nil: undefined }),
    },
    { requiredKeys: ['cluster'] },
  );
  fc.assert(
    fc.property(env, flags, (variables, given) => {
      try {
        const place = clusterFromEnvironment(variables, given);
        if (place === undefined) return;
        expect(place.count).toBeGreaterThanOrEqual(2);
        expect(place.count).toBeLessThanOrEqual(MAX_WORKERS);
        expect(place.index).toBeGreaterThanOrEqual(0);
        expect(place.index).toBeLessThan(place.count);
        if (place.known === 'all') expect(new Set(place.addresses).size).toBe(place.count);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        const { message } = error as ConfigError;
        expect(message.length).toBeLessThan(500);
        expect(message).toMatch(/\.$/);
        expect(message).not.toMatch(/\p{Cc}/u);
      }
    }),
    { numRuns: 1000 },
  );
});
