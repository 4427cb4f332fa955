import fc from 'fast-check';
import { ConfigError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { placeFromTfConfig } from './tf-config.js';

const place = (config: unknown) =>
  placeFromTfConfig({ TF_CONFIG: typeof config === 'string' ? config : JSON.stringify(config) });
const two = { worker: ['a:2222', 'b:2223'] };
const three = { chief: ['c:1'], worker: ['a:2222', 'b:2223'] };

test.each([
  { config: { cluster: two, task: { type: 'worker', index: 1 } }, addresses: ['a:2222', 'b:2223'], index: 1 },
  { config: { cluster: two, task: { type: 'worker', index: '0' } }, addresses: ['a:2222', 'b:2223'], index: 0 },
  { config: { cluster: three, task: { type: 'chief', index: 0 } }, addresses: ['c:1', 'a:2222', 'b:2223'], index: 0 },
  { config: { cluster: three, task: { type: 'worker', index: 0 } }, addresses: ['c:1', 'a:2222', 'b:2223'], index: 1 },
  {
    config: { cluster: two, task: { type: 'worker', index: 0, trial: '1' }, environment: 'cloud' }, // as Vertex AI
    addresses: ['a:2222', 'b:2223'],
    index: 0,
  },
])('$config is worker $index', ({ config, addresses, index }) => {
  expect(place(config)).toEqual({ known: 'all', source: 'tf-config', addresses, index, count: addresses.length });
});

test.each(['{}', '{"cluster":{}}', { cluster: { chief: ['a:1'] }, task: { type: 'chief', index: 0 } }])(
  '%j is no cluster',
  (config) => {
    expect(place(config)).toBeUndefined();
  },
);

const ONLY =
  'Every worker here trains and adds up with the others: put all addresses under "worker" (one may be "chief"), and start ' +
  'no parameter servers and no evaluators.';
const EXPECTED =
  'Expected {"cluster":{"worker":["host:port",…]},"task":{"type":"worker","index":0}}, or no such variable to train alone.';
const task = { type: 'worker', index: 0 };

test.each([
  {
    config: { cluster: { worker: ['a:1', 'b:1', 'c:1', 'd:1'] }, task: { type: 'worker', index: 4 } },
    text: 'TF_CONFIG: task.index is 4, but cluster.worker has 4 addresses (0 to 3).',
  },
  {
    config: { cluster: three, task: { type: 'chief', index: 1 } },
    text: 'TF_CONFIG: task.index is 1, but cluster.chief has 1 address (0).',
  },
  {
    config: { cluster: two, task: { type: 'chief', index: 0 } },
    text: 'TF_CONFIG: task.index is 0, but cluster.chief has no address.',
  },
  {
    config: { cluster: two, task: { type: 'worker', index: 0.5 } },
    text: 'TF_CONFIG: task.index is 0.5, expected a whole number from 0.',
  },
  {
    config: { cluster: two, task: { type: 'worker' } },
    text: 'TF_CONFIG: task.index is not set, expected a whole number from 0.',
  },
  { config: { cluster: two }, text: `TF_CONFIG: task.type is not set. ${EXPECTED}` },
  {
    config: { cluster: two, task: { type: 'evaluator', index: 0 } },
    text: `TF_CONFIG: task.type is "evaluator", expected "worker" or "chief". ${ONLY}`,
  },
  { config: { cluster: { ...two, ps: ['p:1'] }, task }, text: `TF_CONFIG: cluster has "ps". ${ONLY}` },
  {
    config: { cluster: { chief: ['a:1', 'b:1'] }, task },
    text: 'TF_CONFIG: cluster.chief has 2 addresses, expected 1.',
  },
  {
    config: { cluster: { worker: 'a:1' }, task },
    text: 'TF_CONFIG: cluster.worker is "a:1", expected a list of addresses.',
  },
  {
    config: { cluster: { worker: ['a:1', 5] }, task },
    text: 'TF_CONFIG: cluster.worker.1 is 5, expected a text, host:port.',
  },
  {
    config: { cluster: { worker: ['a:1', 'b'] }, task },
    text: 'TF_CONFIG: cluster.worker.1 is "b", expected host:port, with a port from 1 to 65535.',
  },
  {
    config: { cluster: { worker: ['a:1', '[::1]:7'] }, task },
    text:
      'TF_CONFIG: cluster.worker.1 is "[::1]:7", expected host:port, with a port from 1 to 65535. ' +
      'Give the name of a host in place of its IPv6 address.',
  },
  {
    config: { cluster: { worker: ['a:1', 'b:1', 'a:1'] }, task },
    text: 'TF_CONFIG: workers 0 and 2 have the same address, a:1; each needs its own.',
  },
  {
    config: { cluster: { worker: Array.from({ length: 5000 }, (_, i) => `a${i}:1`) }, task },
    text: 'TF_CONFIG: cluster has 1025 workers or more, expected 1024 at most.',
  },
  { config: '[1]', text: `TF_CONFIG: it is [1]. ${EXPECTED}` },
  {
    config: '{"cluster":1,"cluster":2}',
    text: `Cannot read TF_CONFIG: it gives the key "cluster" twice, the second time in line 1. ${EXPECTED}`,
  },
  { config: '{"cluster":1}', text: 'TF_CONFIG: cluster is 1, expected an object of lists of addresses.' },
  { config: 'x'.repeat(200_000), text: 'TF_CONFIG: it has 200,000 characters, expected 131,072 at most.' },
])('$text', ({ config, text }) => {
  expect(() => place(config)).toThrow(new ConfigError('TF_CONFIG', text));
});

test('control characters do not reach the terminal', () => {
  expect(() => place('\u001b[2J')).toThrow(/^[^\p{Cc}]+$/u);
});

test('any other text is refused in one sentence', () => {
  expect(() => place('{"cluster"')).toThrow(/^Cannot read TF_CONFIG: it is not JSON \(.*\)\. Expected \{/);
});

test('chief and workers stand in the order of their lists, whatever their number', () => {
  const size = fc.integer({ min: 2, max: 60 });
  fc.assert(
    fc.property(size, fc.nat(), fc.boolean(), (count, at, hasChief) => {
      const addresses = Array.from({ length: count }, (_, i) => `h${i}:${i + 1}`);
      const index = at % count;
      const [chief, worker] = hasChief ? [addresses.slice(0, 1), addresses.slice(1)] : [[], addresses];
      const own = hasChief && index === 0 ? { type: 'chief', index } : { type: 'worker', index: index - chief.length };
      const found = place({ cluster: { chief, worker }, task: own });
      expect(found).toEqual({ known: 'all', source: 'tf-config', addresses, index, count });
    }),
  );
});
