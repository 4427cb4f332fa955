import { expect, test } from 'vitest';
import { chartTitle, legendColumns } from './render-chart.js';

test('long titles are broken into lines', () => {
  expect(chartTitle('a title of a few words', 80)).toEqual(['a title of', 'a few', 'words']);
});

test.each([
  { names: ['a', 'bb'], widthPx: 360, columns: 4 },
  { names: ['ours', 'torch/official/eager'], widthPx: 360, columns: 1 }, // 20 letters: 232 px of 315
  { names: ['ours', 'torch/official/eager'], widthPx: 720, columns: 2 },
  { names: ['x'.repeat(100)], widthPx: 800, columns: 2 }, // cut at 330 px
  { names: ['x'.repeat(100)], widthPx: 100, columns: 1 },
])('a legend of $names in $widthPx px has $columns columns', ({ names, widthPx, columns }) => {
  expect(legendColumns(names, widthPx)).toBe(columns);
});
