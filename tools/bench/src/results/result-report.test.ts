import { expect, test } from 'vitest';
import { result, table } from '../../test/sample-result.js';
import { resultReport } from './result-report.js';

const curve = { title: 'Step', xLabel: 'batch', unit: 'ms', series: [{ name: 'ours', x: [8, 16], median: [4, 9] }] };

test('first the tables, then how times grow, then the conditions', () => {
  const { title, subtitle, sections } = resultReport({ ...result, curves: [curve] });
  expect([title, subtitle]).toEqual(['Speed beside PyTorch', '2026-01-31 · Some CPU']);
  expect(sections.map((section) => section.title)).toEqual([
    'Training step, float32',
    'Training step, float32: figures',
    'How times grow',
    'Conditions',
  ]);
  expect(sections[2]).toMatchObject({
    charts: [{ points: [{ x: 8, y: 4, group: 'ours' }, { x: 16, y: 9, group: 'ours' }] }], // prettier-ignore
  });
});

test('a card sets our ring-fed network beside the fastest of PyTorch', () => {
  // Medians: ours 6 with a ring; PyTorch 8 plain, 24 with a ring.
  expect(resultReport(result).summary).toEqual([
    {
      label: 'Training step, float32',
      value: '6.00 ms a step',
      note: 'ours/ring/float32; the fastest PyTorch, torch/plain/float32/eager, takes 8.00',
    },
  ]);
  const alone = { ...table, rows: table.rows.filter(({ name }) => name.startsWith('ours')) };
  expect(resultReport({ ...result, tables: [alone] }).summary).toEqual([]);
});

test('a run that ended early says so, and who was left out is told with the reason', () => {
  const leftOut = [{ comparison: 'Training step', name: 'torch/ring', why: 'no PyTorch' }];
  const { subtitle, sections } = resultReport({ ...result, leftOut, isComplete: false });
  expect(subtitle).toBe('2026-01-31 · Some CPU · ended early: what was finished');
  expect(sections).toContainEqual({
    kind: 'table',
    title: 'Left out, because they cannot run here',
    columns: [{ name: 'comparison' }, { name: 'variant' }, { name: 'reason' }],
    rows: [['Training step', 'torch/ring', 'no PyTorch']],
  });
});
