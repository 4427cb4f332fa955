import { expect, test } from 'vitest';
import { result } from '../../test/sample-result.js';
import type { ResultCurve } from './result.js';
import { curvesMarkdown, figure, markdownTable, resultLines, sectionMarkdown } from './result-markdown.js';

test('figures have three digits', () => {
  expect([2119.4, 15.26, 0.734, 0, NaN].map(figure)).toEqual(['2,119', '15.3', '0.734', '0', '–']);
});

test('columns are as wide as their widest cell; figures stand at the right', () => {
  expect(
    markdownTable(
      ['variant', 'ms'],
      [
        ['ours', '4.00'],
        ['torch/eager', '12.0'],
      ],
    ),
  ).toBe(
    // prettier-ignore
    [
      '| variant     |   ms |',
      '| ----------- | ---: |',
      '| ours        | 4.00 |',
      '| torch/eager | 12.0 |',
    ].join('\n'),
  );
});

const curve: ResultCurve = {
  title: 'Step over the batch',
  xLabel: 'images a batch',
  unit: 'ms a step',
  series: [
    { name: 'ours', x: [8, 1024], median: [4, 512] },
    { name: 'torch', x: [1024], median: [600] },
  ],
};

test('a curve is a table of all its points; who lacks one has an empty cell', () => {
  expect(curvesMarkdown({ ...result, curves: [curve] })).toContain(
    [
      'Step over the batch (ms a step):',
      '',
      '| images a batch | ours | torch |',
      '| -------------- | ---: | ----: |',
      '| 8              | 4.00 |       |',
      '| 1,024          |  512 |   600 |',
    ].join('\n'),
  );
});

test('what was not measured has no block', () => {
  expect([curvesMarkdown(result), sectionMarkdown(result, 'generate')]).toEqual([undefined, undefined]);
});

test('who was left out is named: in a block with the tables it is missing from, in the terminal once', () => {
  const missing = { name: 'torch/plain/float32/eager', why: 'PyTorch cannot be installed' };
  const leftOut = [result.tables[0]!.title, 'Another table'].map((comparison) => ({ comparison, ...missing }));
  const line = 'torch/plain/float32/eager is left out: PyTorch cannot be installed';
  const block = sectionMarkdown({ ...result, leftOut }, 'step')!;
  expect(block.split('\n').slice(-3)).toEqual(['Left out, because they cannot run there:', '', `- ${line}`]);
  expect(resultLines({ ...result, leftOut }).split(line)).toHaveLength(2);
});
