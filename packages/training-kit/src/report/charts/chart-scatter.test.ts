// What is told of points, and how groups are told apart. charts.test.ts draws them.
import { expect, test } from 'vitest';
import type { ScatterChart } from '../content.js';
import { scatterSpec } from './chart-scatter.js';

const chart: ScatterChart = {
  kind: 'scatter',
  title: 'Accuracy',
  x: { label: 'parameters', scale: 'log', format: 'si' },
  y: { label: 'accuracy', format: 'percent' },
  points: [
    { x: 8e3, y: 0.36, label: '8 k', group: 'ring' },
    { x: 11e6, y: 0.776, group: 'plain' },
  ],
};
/** What is drawn at full width. */
const drawn = (other: Partial<ScatterChart> = {}) => scatterSpec({ ...chart, ...other }).specFor!(920);
const alone = [{ x: 1, y: 2, label: 'a' }];

test('points and groups are counted', () => {
  expect(scatterSpec(chart).alt).toBe(
    'Scatter chart “Accuracy”, accuracy over parameters: 2 points in 2 groups (ring, plain).',
  );
  expect(scatterSpec({ ...chart, points: alone }).alt).toMatch(/: 1 point\.$/);
});

test('points that no axis has a place for are left out and said; with no others there is nothing to draw', () => {
  const points = [
    { x: 0, y: 1 },
    { x: 1, y: NaN },
  ];
  const { specFor, notes, alt } = scatterSpec({ ...chart, points });
  expect(specFor).toBeNull();
  expect(notes).toEqual(['1 point not finite, left out.', '1 point ≤ 0, left out on the log axis.']);
  expect(alt).toMatch(/: 0 points\.$/);
  expect(drawn({ points: [...points, ...alone] })).toMatchObject({ data: { values: [{ ...alone[0], group: '' }] } });
});

test('each group has a colour and a shape, named in one legend; a single one without a name has none', () => {
  const legend = { columns: 4 };
  const domain = ['ring', 'plain'];
  expect(drawn()).toMatchObject({
    layer: [
      {
        encoding: {
          color: { scale: { domain }, legend },
          shape: { scale: { domain, range: ['circle', 'square'] }, legend },
        },
      },
      { encoding: { text: { field: 'label' } } },
    ],
  });
  const none = { legend: null };
  expect(drawn({ points: alone })).toMatchObject({ layer: [{ encoding: { color: none, shape: none } }, {}] });
});

test('lines join the points of a group where that is asked for', () => {
  const marks = (...types: readonly string[]) => ({ layer: types.map((type) => ({ mark: { type } })) });
  expect(drawn()).toMatchObject(marks('point', 'text'));
  expect(drawn({ isConnected: true })).toMatchObject(marks('line', 'point', 'text'));
});

test.each([
  { other: {}, clip: false },
  { other: { x: { label: 'x', range: [1, 2] as const } }, clip: true },
  { other: { y: { label: 'y', range: [0, 1] as const } }, clip: true },
])('a range of either axis cuts: $clip', ({ other, clip }) => {
  expect(drawn(other)).toMatchObject({ layer: [{ mark: { clip } }, {}] });
});
