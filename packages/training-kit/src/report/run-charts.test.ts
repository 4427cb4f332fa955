import { expect, test } from 'vitest';
import { heldOutCurve, loopCharts, metricCurve } from './run-charts.js';

const entry = (step: number, metrics: Record<string, number>) => ({ step, wallTime: 0, metrics });
const run = {
  stepsPerEpoch: 4,
  history: [entry(2, { loss: 3, stepMs: 10, learningRate: 0.5 }), entry(4, { valLoss: 2 }), entry(6, { loss: 1 })],
};

test('a metric stands over epochs, where it was logged', () => {
  expect(metricCurve(run, 'train', 'loss')).toEqual({ name: 'train', x: [0.5, 1.5], y: [3, 1] });
  expect(metricCurve(run, 'val', 'valLoss', heldOutCurve)).toEqual({
    name: 'val',
    x: [1],
    y: [2],
    isDashed: true,
    isExact: true,
  });
  expect(metricCurve(run, 'none', 'other')).toEqual({ name: 'none', x: [], y: [] });
});

test('what the loop logs of itself', () => {
  const [learningRate, time] = loopCharts(run);
  expect(learningRate!.series).toEqual([{ name: 'learning rate', x: [0.5], y: [0.5] }]);
  expect(time!.series.map(({ y }) => y)).toEqual([[10], []]);
});
