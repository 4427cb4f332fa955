// Curves that the reports of all apps have: what a run logged, over its epochs.
import type { LogEntry } from '../run/metrics-log.js';
import type { LineChart, LineSeries } from './content.js';

/** What curves are drawn from. */
export interface RunCurves {
  /** As `Run.history` gives it. */
  readonly history: readonly LogEntry[];
  readonly stepsPerEpoch: number;
}

/** The x axis of such curves. */
export const epochAxis = { label: 'epoch' } as const;

/** How values measured on held-out data look beside those of training: dashed, and never smoothed. */
export const heldOutCurve = { isDashed: true, isExact: true } as const;

/** A metric at the steps that logged it; empty for one that none did. */
export function metricCurve(
  { history, stepsPerEpoch }: RunCurves,
  name: string,
  key: string,
  options: Pick<LineSeries, 'isDashed' | 'isExact'> = {},
): LineSeries {
  const points = history.filter(({ metrics }) => key in metrics);
  return {
    name,
    x: points.map(({ step }) => step / stepsPerEpoch),
    y: points.map(({ metrics }) => metrics[key]!),
    ...options,
  };
}

/** Learning rate and time of a step, as `trainingLoop` logs them. */
export function loopCharts(run: RunCurves): LineChart[] {
  return [
    {
      kind: 'lines',
      title: 'Learning rate',
      x: epochAxis,
      y: { label: 'learning rate' },
      series: [metricCurve(run, 'learning rate', 'learningRate')],
    },
    {
      kind: 'lines',
      title: 'Time of a step',
      x: epochAxis,
      y: { label: 'time', unit: 'ms' },
      series: [
        metricCurve(run, 'whole step', 'stepMs'),
        metricCurve(run, 'waiting for data', 'waitMs', { isDashed: true }),
      ],
      smoothing: 0.95,
    },
  ];
}
