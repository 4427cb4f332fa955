import { expect, test } from 'vitest';
import { placeFromSlurm } from './slurm.js';

const env = {
  SLURM_PROCID: '2',
  SLURM_NODEID: '1',
  SLURM_LOCALID: '0',
  SLURM_STEP_NUM_TASKS: '3',
  SLURM_NTASKS: '8', // of the job, larger than the step
  SLURM_STEP_NODELIST: 'n[1-2]',
  SLURM_STEP_TASKS_PER_NODE: '2,1',
};
const place = { known: 'all', source: 'slurm', addresses: ['n1:8888', 'n1:8889', 'n2:8888'], index: 2, count: 3 };

test('tasks of one host listen on ports that count up', () => {
  expect(placeFromSlurm(env)).toEqual(place);
});

test('an older SLURM says the number of tasks in SLURM_NTASKS alone', () => {
  expect(placeFromSlurm({ ...env, SLURM_STEP_NUM_TASKS: undefined, SLURM_NTASKS: '3' })).toEqual(place);
});

test('a shell that srun or salloc opened is a step of one task', () => {
  const shell = { ...env, SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '1', SLURM_STEP_TASKS_PER_NODE: '1' };
  expect(placeFromSlurm(shell)).toBeUndefined();
});

test.each([
  {
    changed: { SLURM_PROCID: '1', SLURM_NODEID: '1', SLURM_LOCALID: '0' }, // dealt out in turn, --distribution=cyclic
    text: 'Task 1 is number 0 on host 1, expected number 1 on host 0. Start with srun --distribution=block.',
  },
  {
    changed: { SLURM_STEP_TASKS_PER_NODE: '1(x3)' },
    text: 'SLURM_STEP_TASKS_PER_NODE is for 3 hosts, but SLURM_STEP_NODELIST names 2.',
  },
  {
    changed: { SLURM_STEP_TASKS_PER_NODE: '2(x2)' },
    text: 'SLURM_STEP_TASKS_PER_NODE adds up to 4 tasks, but SLURM_STEP_NUM_TASKS is 3.',
  },
  { changed: { SLURM_STEP_TASKS_PER_NODE: undefined }, text: 'SLURM_STEP_TASKS_PER_NODE is not set; srun sets it.' },
  { changed: { SLURM_STEP_NODELIST: undefined }, text: 'SLURM_STEP_NODELIST is not set; srun sets it.' },
  { changed: { SLURM_PROCID: '3' }, text: 'SLURM_PROCID is "3", but SLURM_STEP_NUM_TASKS is 3: expected 0 to 2.' },
  {
    changed: { SLURM_STEP_NODELIST: 'n1,n1' },
    text: 'SLURM_STEP_NODELIST: workers 0 and 2 have the same address, n1:8888; each needs its own.',
  },
])('$text', ({ changed, text }) => {
  expect(() => placeFromSlurm({ ...env, ...changed })).toThrow(expect.objectContaining({ message: text }));
});
