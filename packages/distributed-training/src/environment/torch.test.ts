import { expect, test } from 'vitest';
import { placeFromTorch } from './torch.js';

const ofProcess = { RANK: '1', WORLD_SIZE: '4', MASTER_ADDR: 'train-0.train', MASTER_PORT: '29500' };
// Kubeflow Trainer's plugin `torch` sets these five on every node.
const ofNode = {
  PET_NNODES: '4',
  PET_NPROC_PER_NODE: '8',
  PET_NODE_RANK: '3',
  PET_MASTER_ADDR: 'job-node-0-0.job',
  PET_MASTER_PORT: '29500',
};
const known = { known: 'chief', source: 'torch', count: 4 };

test.each([
  { env: ofProcess, place: { ...known, chief: 'train-0.train:29500', index: 1 } },
  { env: ofNode, place: { ...known, chief: 'job-node-0-0.job:29500', index: 3 } }, // one worker a node
  { env: { ...ofNode, ...ofProcess }, place: { ...known, chief: 'train-0.train:29500', index: 1 } },
  { env: { ...ofProcess, TORCHELASTIC_RUN_ID: 'none' }, place: { ...known, chief: 'train-0.train:29501', index: 1 } },
  { env: { ...ofProcess, WORLD_SIZE: ' 4 ' }, place: { ...known, chief: 'train-0.train:29500', index: 1 } },
  { env: { WORLD_SIZE: '1' }, place: undefined },
  { env: { PET_NNODES: '1', PET_NODE_RANK: '0' }, place: undefined },
])('$env', ({ env, place }) => {
  expect(placeFromTorch(env)).toEqual(place);
});

test.each([
  { env: { ...ofProcess, RANK: '4' }, text: 'RANK is "4", but WORLD_SIZE is 4: expected 0 to 3.' },
  { env: { ...ofProcess, RANK: '' }, text: 'RANK is not set; torchrun, as PyTorchJob sets it.' },
  { env: {}, text: 'WORLD_SIZE is not set; torchrun, as PyTorchJob sets it.' },
  { env: { ...ofNode, PET_MASTER_ADDR: '' }, text: 'PET_MASTER_ADDR is not set; Kubeflow Trainer sets it.' },
  { env: { ...ofProcess, WORLD_SIZE: '1025' }, text: 'WORLD_SIZE is "1025", expected a whole number from 1 to 1024.' },
  { env: { ...ofProcess, MASTER_PORT: '0' }, text: 'MASTER_PORT is "0", expected a whole number from 1 to 65535.' },
  {
    env: { ...ofProcess, MASTER_PORT: '65535', TORCHELASTIC_RUN_ID: 'x' },
    text: 'MASTER_PORT is "65535", expected a whole number from 1 to 65534.',
  },
  {
    env: { ...ofProcess, MASTER_ADDR: 'a b' },
    text: 'MASTER_ADDR:MASTER_PORT is "a b:29500", expected host:port, with a port from 1 to 65535.',
  },
  {
    env: { ...ofNode, PET_NNODES: '1:4' },
    text: 'PET_NNODES is 1:4, expected one number from 1 to 1024: the number of workers is fixed from start to end.',
  },
])('$text', ({ env, text }) => {
  expect(() => placeFromTorch(env)).toThrow(expect.objectContaining({ message: text }));
});
