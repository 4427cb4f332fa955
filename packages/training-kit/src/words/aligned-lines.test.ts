import { expect, test } from 'vitest';
import { alignedLines } from './aligned-lines.js';

test('columns stand below each other, and no line ends with spaces', () => {
  const rows = [
    ['name', 'size', 'note'],
    ['a', '1,000', ''],
    ['longer', '7', 'the last'],
  ];
  expect(alignedLines(rows, (column) => column === 1)).toEqual([
    'name     size  note',
    'a       1,000',
    'longer      7  the last',
  ]);
  expect(alignedLines([], () => true)).toEqual([]);
});
