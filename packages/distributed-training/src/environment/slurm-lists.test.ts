import fc from 'fast-check';
import { ConfigError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { hostsOf, tasksOf } from './slurm-lists.js';

test.each([
  { text: 'login', hosts: ['login'] },
  { text: 'gnode[10,20,25,37]', hosts: ['gnode10', 'gnode20', 'gnode25', 'gnode37'] },
  { text: 'n[008-011]', hosts: ['n008', 'n009', 'n010', 'n011'] },
  { text: 'n[8-11,3]-ib,x', hosts: ['n8-ib', 'n9-ib', 'n10-ib', 'n11-ib', 'n3-ib', 'x'] },
  { text: 'r[0-1]n[1-2]', hosts: ['r0n1', 'r0n2', 'r1n1', 'r1n2'] },
  { text: 'sh04-14n01.cluster', hosts: ['sh04-14n01.cluster'] },
])('$text', ({ text, hosts }) => {
  expect(hostsOf(text, 'L')).toEqual(hosts);
});

test.each([
  '',
  ',',
  'a,',
  '(null)',
  'n[1-',
  'n[]',
  'n[1-2-3]',
  'n[3-1]',
  'n]',
  'a b',
  'n[1,]',
  'n[x]',
  'a'.repeat(254) + '[',
  'a[1]'.repeat(9),
])('%j is no list of hosts', (text) => {
  expect(() => hostsOf(text, 'L')).toThrow(/^L is ".*"?…?, expected hosts like node\[01-03,7\],login\.$/);
});

test.each([
  'n[0-1024]',
  'n[0-999999999]',
  'a[0-99]b[0-99]',
  'a[1-1000],b[1-25]',
  'a,'.repeat(5000),
  'a[0-1000]b[0-1000]c[0-1000]',
])('%j is too many', (text) => {
  expect(() => hostsOf(text, 'L')).toThrow(/^L is ".*, which is more than 1024 workers\.$/);
});

test.each([
  { text: '4', tasks: [4] },
  { text: '2(x3),1', tasks: [2, 2, 2, 1] },
  { text: '1024', tasks: [1024] },
])('$text tasks', ({ text, tasks }) => {
  expect(tasksOf(text, 'T')).toEqual(tasks);
});

test.each(['', '0', '2(x0)', '2x3', '2(x3', '1,,1', '-1', 'auto', '2(x3)(x2)'])('%j is no list of tasks', (text) => {
  expect(() => tasksOf(text, 'T')).toThrow(
    new ConfigError('T', `T is ${JSON.stringify(text)}, expected numbers of tasks like 2(x3),1.`),
  );
});

test.each(['1025', '1(x999999)', '999999(x999999)', '1,'.repeat(2000) + '1'])('%j is too many tasks', (text) => {
  expect(() => tasksOf(text, 'T')).toThrow(/^T is ".*, which is more than 1024 workers\.$/);
});

test('what is written in ranges comes out in order, as wide as it was', () => {
  const run = fc.record({ from: fc.integer({ min: 0, max: 200 }), length: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 4 }), (runs, width) => {
      const padded = (n: number) => String(n).padStart(width, '0');
      const text = runs.map(({ from, length }) => `${padded(from)}-${padded(from + length - 1)}`).join(',');
      const all = runs.flatMap(({ from, length }) => Array.from({ length }, (_, i) => `n${padded(from + i)}`));
      expect(hostsOf(`n[${text}]`, 'L')).toEqual(all);
    }),
  );
});

test('tasks of each host come out as often as they are counted', () => {
  const group = fc.record({ each: fc.integer({ min: 1, max: 8 }), times: fc.integer({ min: 1, max: 10 }) });
  fc.assert(
    fc.property(fc.array(group, { minLength: 1, maxLength: 12 }), (groups) => {
      const text = groups.map(({ each, times }) => (times === 1 ? `${each}` : `${each}(x${times})`)).join(',');
      expect(tasksOf(text, 'T')).toEqual(groups.flatMap(({ each, times }) => Array<number>(times).fill(each)));
    }),
  );
});
