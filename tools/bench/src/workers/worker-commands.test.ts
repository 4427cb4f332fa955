import { expect, test } from 'vitest';
import { jobDataCommand, type Programs, workerCommand } from './worker-commands.js';
import type { Contestant, Workload } from './workload.js';

const workload: Workload = {
  task: 'generate',
  network: 'ring',
  precision: 'float32',
  width: 8,
  ringSize: 1000,
  batchSize: 8,
  imageSize: 32,
  threads: 4096, // more than any machine has, so that no process is held to some processors
  repeats: 3,
};
const programs: Programs = { missing: new Map(), python: '/python', nativeLoop: '/loop', compileCache: '/compiled' };
const contestant = (side: Contestant['side']): Contestant => ({
  name: `${side}/ring`,
  side,
  workload,
  isCompiled: false,
  style: 'official',
});
const threads = { OMP_NUM_THREADS: '4096', MKL_NUM_THREADS: '4096', TF_NUM_INTRAOP_THREADS: '4096' };

test('ours runs in this Node, told its job as JSON', () => {
  const { name, command, args, env } = workerCommand(contestant('ours'), '/job', programs);
  expect([name, command, env]).toEqual(['ours/ring', process.execPath, threads]);
  expect(args[0]).toMatch(/dist\/workers\/our-worker\.js$/);
  expect(JSON.parse(args[1]!)).toEqual({ workload });
});

test('PyTorch runs in the environment that was made for it, and reads the file that ours wrote', () => {
  const { command, args, env } = workerCommand(contestant('torch'), '/job', programs);
  expect(command).toBe('/python');
  expect(args[0]).toMatch(/python\/worker\.py$/);
  const sgd = { learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4 };
  expect(JSON.parse(args[1]!)).toEqual({ workload, isCompiled: false, style: 'official', dataFile: '/job', sgd });
  expect(env).toEqual({ ...threads, TORCHINDUCTOR_CACHE_DIR: '/compiled', PYTHONDONTWRITEBYTECODE: '1' });
});

test('the loop in C++ gets the plan alone', () => {
  const { command, args } = workerCommand(contestant('native'), '/job', programs);
  expect([command, ...args]).toEqual(['/loop', '/job.plan', 'generate', '3']);
});

test('each worker says what to try when it fails', () => {
  const remedies = (['ours', 'torch', 'native'] as const).map(
    (side) => workerCommand(contestant(side), '/job', programs).remedy,
  );
  expect(remedies).toEqual([
    '`npx nx run tensorflow-runtime:doctor` shows whether TensorFlow works.',
    'torch.compile needs a C++ compiler; leave such variants out by --variants ours,eager, or PyTorch by --variants ours.',
    'Leave it out by --variants ours,torch.',
  ]);
});

test('a side that was not prepared is never asked', () => {
  expect(() => workerCommand(contestant('torch'), '/job', { ...programs, python: null })).toThrow(
    'A side without a program was asked to compute.',
  );
});

test('the worker that writes the first numbers is ours', () => {
  const { name, args } = jobDataCommand(workload, '/job');
  expect(name).toBe('ours/data');
  expect(JSON.parse(args[1]!)).toEqual({ workload, dataFile: '/job' });
});
