import { expect, test } from 'vitest';
import { placeFromJax } from './jax.js';

const env = { JAX_COORDINATOR_ADDRESS: 'job-node-0-0.job:29500', JAX_NUM_PROCESSES: '2', JAX_PROCESS_ID: '1' };

test('index, count and the chief', () => {
  expect(placeFromJax(env)).toEqual({
    known: 'chief',
    source: 'jax',
    chief: 'job-node-0-0.job:29500',
    index: 1,
    count: 2,
  });
});

test('one process is no cluster, whatever else is set', () => {
  expect(placeFromJax({ JAX_NUM_PROCESSES: '1', JAX_COORDINATOR_ADDRESS: '?' })).toBeUndefined();
});

test.each([
  { changed: { JAX_PROCESS_ID: '-1' }, text: 'JAX_PROCESS_ID is "-1", but JAX_NUM_PROCESSES is 2: expected 0 to 1.' },
  {
    changed: { JAX_COORDINATOR_ADDRESS: 'job' },
    text: 'JAX_COORDINATOR_ADDRESS is "job", expected host:port, with a port from 1 to 65535.',
  },
  {
    changed: { JAX_COORDINATOR_ADDRESS: undefined },
    text: 'JAX_COORDINATOR_ADDRESS is not set; who starts JAX, or Kubeflow Trainer, sets it.',
  },
])('$text', ({ changed, text }) => {
  expect(() => placeFromJax({ ...env, ...changed })).toThrow(expect.objectContaining({ message: text }));
});
