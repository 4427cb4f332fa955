// What is told of bars, how much room they take, and what is refused. charts.test.ts draws them.
import { expect, test } from 'vitest';
import type { BarChart } from '../content.js';
import { barSpec } from './chart-bars.js';

const chart: BarChart = {
  kind: 'bars',
  title: 'PCKh@0.5',
  value: { label: 'PCKh', unit: '%' },
  bars: [
    { label: 'ankle', value: 70, group: 'ours' },
    { label: 'ankle', value: 72, group: 'paper' },
    { label: 'knee', value: 68.5, group: 'ours' },
  ],
};
/** What is drawn at full width. */
const drawn = (bars: BarChart['bars'], value = chart.value) => barSpec({ ...chart, bars, value }).specFor!(920);

test('the least and the greatest bar are told, with the groups that they are of', () => {
  const { alt, notes } = barSpec(chart);
  expect(alt).toBe('Bar chart “PCKh@0.5”, PCKh (%): 3 bars from 68.5 (knee, ours) to 72 (ankle, paper).');
  expect(notes).toEqual([]);
});

test('bars that are not finite are left out and counted; with no others there is nothing to draw', () => {
  const bars = [
    { label: 'a', value: NaN },
    { label: 'b', value: 2 },
    { label: 'c', value: Infinity },
  ];
  const some = barSpec({ ...chart, bars });
  expect(some.notes).toEqual(['2 bars not finite, left out.']);
  expect(some.alt).toMatch(/: 1 bar from 2 \(b\) to 2 \(b\)\.$/);
  expect(drawn(bars)).toMatchObject({ data: { values: [{ label: 'b', value: 2, group: '' }] } });
  const none = barSpec({ ...chart, bars: bars.slice(0, 1) });
  expect([none.specFor, none.notes]).toEqual([null, ['1 bar not finite, left out.']]);
  expect(none.alt).toMatch(/: no bars\.$/);
});

test('bars stand in the given order, those of one label together with a colour and a name for each group', () => {
  const color = { domain: ['ours', 'paper'] };
  expect(drawn(chart.bars)).toMatchObject({
    encoding: { y: { sort: ['ankle', 'knee'] }, yOffset: { sort: ['ours', 'paper'] } },
    layer: [{ encoding: { color: { scale: color, legend: { columns: 4 } } } }, {}],
  });
  const single = drawn([{ label: 'ankle', value: 70 }]);
  expect(single).toMatchObject({ layer: [{ encoding: { color: { legend: null } } }, {}] });
  expect(single).not.toHaveProperty('encoding.yOffset');
});

test('bars start at 0, or where the range does, which cuts them', () => {
  expect(drawn(chart.bars)).toMatchObject({
    encoding: { x: { scale: { zero: true } } },
    layer: [{ mark: { clip: false } }, {}],
  });
  expect(drawn(chart.bars, { label: 'PCKh', range: [60, 80] })).toMatchObject({
    encoding: { x: { scale: { domain: [60, 80] } } },
    layer: [{ mark: { clip: true } }, {}],
  });
});

test.each([
  { numLabels: 2, groups: ['a'], height: 2 * 24 + 92 },
  { numLabels: 2, groups: ['a', 'b'], height: 2 * (2 * 17 + 8) + 124 },
  { numLabels: 41, groups: ['a'], height: 41 * 13 + 92 }, // more than 40 are thin
])('$numLabels labels of groups $groups are $height px high', ({ numLabels, groups, height }) => {
  const labels = Array.from({ length: numLabels }, (_, i) => `label ${i}`);
  const bars = labels.flatMap((label) => groups.map((group) => ({ label, value: 1, group })));
  expect(drawn(bars)).toMatchObject({ height });
});

test.each<[Partial<BarChart>, string]>([
  [
    { value: { label: 'v', scale: 'log' }, bars: [] },
    'Chart "b": bars start at 0, which a log axis does not have; use points instead.',
  ],
  [
    {
      bars: [
        { label: 'a', value: 1 },
        { label: 'a', value: 2 },
      ],
    },
    'Chart "b": two bars have the same label and group; expected one bar for each.',
  ],
])('refuses what does not fit: %#', (other, message) => {
  expect(() => barSpec({ ...chart, title: 'b', ...other })).toThrow(new RangeError(message));
});
