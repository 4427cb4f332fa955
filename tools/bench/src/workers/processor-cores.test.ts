import { expect, test } from 'vitest';
import { countCores, expandList, physicalCores, pinned } from './processor-cores.js';

test('two threads of one core count once, cores of two sockets twice', () => {
  const processor = (socket: number, core: number): string => `physical id\t: ${socket}\ncore id\t\t: ${core}`;
  expect(countCores([processor(0, 0), processor(0, 0), processor(0, 1)].join('\n\n'))).toBe(2);
  expect(countCores([processor(0, 0), processor(1, 0)].join('\n\n'))).toBe(2);
  expect(countCores('processor : 0')).toBeUndefined();
  expect(physicalCores()).toBeGreaterThanOrEqual(1);
});

test('lists of processors are read as Linux writes them', () => {
  expect(expandList('0-2,5')).toEqual([0, 1, 2, 5]);
  expect(expandList('3')).toEqual([3]);
  expect(expandList('')).toEqual([]);
  expect(expandList('0x3')).toEqual([]);
});

test('a process that may use all processors is not held', () => {
  expect(pinned('node', ['x'], 100_000)).toEqual({ command: 'node', args: ['x'] });
});
