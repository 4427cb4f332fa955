import { expect, test } from 'vitest';
import { placeFromKubernetes } from './kubernetes.js';

const HOSTS = 'train-{index}.train:2222';

test('each pod of an Indexed Job knows all hosts', () => {
  expect(placeFromKubernetes({ JOB_COMPLETION_INDEX: '2' }, HOSTS, 3)).toEqual({
    known: 'all',
    source: 'kubernetes',
    addresses: ['train-0.train:2222', 'train-1.train:2222', 'train-2.train:2222'],
    index: 2,
    count: 3,
  });
});

test('one worker is no cluster, in a pod or elsewhere', () => {
  expect(placeFromKubernetes({}, HOSTS, 1)).toBeUndefined();
});

test('the largest number of workers', () => {
  const place = placeFromKubernetes({ JOB_COMPLETION_INDEX: '1023' }, HOSTS, 1024);
  expect(place).toMatchObject({ index: 1023, count: 1024 });
});

const zero = { JOB_COMPLETION_INDEX: '0' };

test.each([
  {
    env: zero,
    hosts: undefined,
    workers: 2,
    text: "--cluster kubernetes needs --hosts, as in --hosts 'train-{index}.train:2222'.",
  },
  { env: zero, hosts: HOSTS, workers: undefined, text: '--hosts needs --workers: as many as the job has completions.' },
  { env: zero, hosts: HOSTS, workers: 1025, text: '--workers is 1025, expected a whole number from 1 to 1024.' },
  { env: zero, hosts: HOSTS, workers: 1.5, text: '--workers is 1.5, expected a whole number from 1 to 1024.' },
  {
    env: zero,
    hosts: 'train:2222',
    workers: 2,
    text: `--hosts is "train:2222", expected a pattern like 'train-{index}.train:2222'.`,
  },
  {
    env: zero,
    hosts: 'train-{index}',
    workers: 2,
    text: '--hosts for worker 0 is "train-0", expected host:port, with a port from 1 to 65535.',
  },
  {
    env: {},
    hosts: HOSTS,
    workers: 2,
    text: 'JOB_COMPLETION_INDEX is not set; a job with completionMode: Indexed sets it.',
  },
  {
    env: { JOB_COMPLETION_INDEX: '2' },
    hosts: HOSTS,
    workers: 2,
    text: 'JOB_COMPLETION_INDEX is "2", but --workers is 2: expected 0 to 1.',
  },
])('$text', ({ env, hosts: pattern, workers, text }) => {
  expect(() => placeFromKubernetes(env, pattern, workers)).toThrow(expect.objectContaining({ message: text }));
});
