import sharp from 'sharp';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Chart, LineChart } from '../content.js';
import { drawChart } from './charts.js';
import { standaloneSvg } from './render-chart.js';

const HOSTILE = '<script>alert(1)</script> & "it\'s" ]]> \u0001';
const lines: LineChart = {
  kind: 'lines',
  title: 'Loss',
  x: { label: 'step' },
  y: { label: 'loss', unit: 'nats' },
  series: [
    { name: 'train', x: [0, 1, 2], y: [3, 2, 1], isDashed: true },
    { name: 'val', x: [0, 1, 2], y: [3, 2.5, 2.25] },
  ],
  references: [{ label: 'paper', value: 1.5 }],
};
const examples: Record<Chart['kind'], Chart> = {
  lines,
  bars: {
    kind: 'bars',
    title: 'PCKh@0.5',
    value: { label: 'PCKh', unit: '%' },
    bars: [
      { label: 'ankle', value: 70, group: 'ours' },
      { label: 'ankle', value: 72, group: 'paper' },
    ],
  },
  scatter: {
    kind: 'scatter',
    title: 'Accuracy over parameters',
    x: { label: 'parameters', scale: 'log', format: 'si' },
    y: { label: 'accuracy', format: 'percent' },
    points: [
      { x: 8e3, y: 0.36, label: '8 k', group: 'ring' },
      { x: 11e6, y: 0.776, label: 'ResNet18', group: 'plain' },
    ],
    isConnected: true,
  },
  confusion: { kind: 'confusion', title: 'Test', classNames: ['cat', 'dog'], counts: [8, 2, 0, 10] },
};

// A warning of the chart library means that a specification says something it cannot do.
beforeEach(() => {
  vi.spyOn(console, 'warn');
});
afterEach(() => {
  expect(console.warn).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

/** Size of the chart's file, 16 px of margin on each side; decoding refuses SVG that is not well-formed XML. */
async function sizeOf(svg: string): Promise<[number, number]> {
  const { info } = await sharp(Buffer.from(standaloneSvg(svg)))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [info.width, info.height];
}

test.each(Object.values(examples))('$kind: well-formed, titled, described, the same twice', async (chart) => {
  const drawn = await drawChart(chart, 'a', true);
  expect(await drawChart(chart, 'a', true)).toEqual(drawn);
  for (const svg of drawn.svgs) {
    expect((await sizeOf(svg))[0]).toBeGreaterThan(400);
    expect(svg).toContain(`>${chart.title}</text>`);
    expect(svg).toContain('role="img" aria-label="');
  }
  expect(drawn.alt).toContain(chart.title);
});

test.each(Object.values(examples))('$kind: hostile names stay text', async (chart) => {
  const renamed = JSON.parse(
    JSON.stringify(chart, (key, value: unknown) =>
      ['title', 'name', 'label', 'group', 'unit'].includes(key) ? `${HOSTILE}${String(value)}` : value,
    ),
  ) as Chart;
  const named = renamed.kind === 'confusion' ? { ...renamed, classNames: [HOSTILE, `2 ${HOSTILE}`] } : renamed;
  const { svgs } = await drawChart(named, 'a', true);
  for (const svg of svgs) {
    await sizeOf(svg);
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script&gt;');
  }
});

test('a chart alone also comes narrow; charts side by side come once', async () => {
  const widths = async (isFullWidth: boolean) =>
    Promise.all((await drawChart(lines, 'a', isFullWidth)).svgs.map(async (svg) => (await sizeOf(svg))[0]));
  expect(await widths(true)).toEqual([920 + 32, 440 + 32]);
  expect(await widths(false)).toEqual([440 + 32]);
});

test.each([
  { value: 0.837, format: 'percent', scale: 'linear', ticks: ['40 %', '60 %', '80 %', '100 %', '120 %'] },
  { value: 0, format: 'plain', scale: 'linear', ticks: ['−1.0', '−0.5', '0.0', '0.5', '1.0'] },
] as const)('a single point of $value stands between round ticks', async ({ value, format, scale, ticks }) => {
  const y = { label: 'accuracy', format, scale };
  const { svgs } = await drawChart(
    { ...lines, y, references: [], series: [{ name: 'val', x: [3], y: [value] }] },
    'a',
    false,
  );
  const texts = [...svgs[0]!.matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map(([, text]) => text!.replaceAll(/\s/g, ' '));
  expect(texts).toEqual(expect.arrayContaining([...ticks]));
});

test('what is cut off is cut with ids of its own', async () => {
  const { svgs } = await drawChart({ ...lines, y: { label: 'loss', range: [1, 2] } }, 'mine', true);
  for (const [index, svg] of svgs.entries()) {
    const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.every((id) => id?.startsWith(`mine-${index + 1}-`))).toBe(true);
    const used = [...svg.matchAll(/url\(#([^)]+)\)/g)].map((match) => match[1]);
    expect(used.every((id) => ids.includes(id))).toBe(true);
  }
});

test('values that cannot be drawn are left out and counted', async () => {
  const series = [{ name: 'train', x: [1, 2, 3, 4, 5], y: [1, NaN, 0.1, 0, Infinity] }];
  const { notes, svgs, alt } = await drawChart(
    { ...lines, y: { label: 'loss', scale: 'log' }, series, references: [] },
    'a',
    true,
  );
  expect(notes).toEqual(['2 points not finite, left out.', '1 point ≤ 0, left out on the log axis.']);
  expect(svgs.join('')).not.toMatch(/NaN|Infinity/);
  expect(alt).toBe('Line chart “Loss”, loss over step: train ends at 0.1.');
});

test.each<Chart>([
  { ...lines, series: [] },
  { ...lines, series: [{ name: 'a', x: [1], y: [NaN] }] },
  { kind: 'bars', title: 't', value: { label: 'v' }, bars: [{ label: 'a', value: NaN }] },
  { kind: 'scatter', title: 't', x: { label: 'x' }, y: { label: 'y' }, points: [] },
  { kind: 'confusion', title: 't', classNames: [], counts: [] },
  { kind: 'confusion', title: 't', classNames: ['a', 'b'], counts: [0, 0, 0, 0] },
])('nothing to draw is no error: $kind', async (chart) => {
  expect((await drawChart(chart, 'a', true)).svgs).toEqual([]);
});

test('one point and a constant can be drawn', async () => {
  const series = [
    { name: 'one', x: [1], y: [5] },
    { name: 'constant', x: [1, 2], y: [5, 5] },
  ];
  const { svgs } = await drawChart({ ...lines, series }, 'a', false);
  expect(svgs[0]).not.toContain('NaN');
});

test.each<[Chart, string]>([
  [
    { ...lines, series: [{ name: 'a', x: [1, 2], y: [1] }] },
    'Chart "Loss": series "a" has 2 x values and 1 y values, expected as many.',
  ],
  [
    { ...lines, series: [...lines.series, ...lines.series] },
    'Chart "Loss": two series have the same name; expected a name for each.',
  ],
  [{ ...lines, smoothing: 1 }, 'Chart "Loss": smoothing is 1, expected a number in [0, 1).'],
  [
    { ...lines, y: { label: 'loss', scale: 'log', range: [0, 1] } },
    'Chart "Loss": axis "loss" has range [0, 1], expected two finite numbers, smaller first, both above 0 on a log axis.',
  ],
  [
    { kind: 'confusion', title: 'c', classNames: ['a', 'b'], counts: [1, 2, 3] },
    'Confusion matrix "c": 3 counts, expected 4 (2 × 2 class names).',
  ],
])('refuses what does not fit: %#', async (chart, message) => {
  await expect(drawChart(chart, 'a', true)).rejects.toThrow(new RangeError(message));
});
