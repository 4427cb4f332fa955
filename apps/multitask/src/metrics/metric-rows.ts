// The errors of both tasks by name, as tables show them.
import { percent } from 'training-kit';
import type { MultitaskErrors } from './metrics.js';

/** One line of such a table. */
export interface MetricRow {
  readonly name: string;
  readonly cellOf: (errors: MultitaskErrors) => string;
}

/** All of them; shares (of pixels, of the range) in percent. */
export const metricRows: readonly MetricRow[] = [
  { name: 'depth RMSE, m', cellOf: ({ depth }) => depth.rmse.toFixed(4) },
  { name: 'depth RMSE of range', cellOf: ({ depth }) => percent(depth.rmseOfRange, 2) },
  { name: 'depth rel', cellOf: ({ depth }) => depth.relative.toFixed(4) },
  { name: 'depth log10', cellOf: ({ depth }) => depth.log10.toFixed(4) },
  { name: 'depth RMSE of ln', cellOf: ({ depth }) => depth.rmseLog.toFixed(4) },
  ...[0, 1, 2].map((i): MetricRow => ({
    name: i === 0 ? 'depth δ < 1.25' : `depth δ < 1.25^${i + 1}`,
    cellOf: ({ depth }) => percent(depth.within[i], 2),
  })),
  { name: 'normals RMSE', cellOf: ({ normals }) => normals.rmse.toFixed(4) },
  { name: 'normals mean angle', cellOf: ({ normals }) => `${normals.meanAngle.toFixed(2)}°` },
  { name: 'normals median angle', cellOf: ({ normals }) => `${normals.medianAngle.toFixed(2)}°` },
  ...[11.25, 22.5, 30].map((angle, i): MetricRow => ({
    name: `normals < ${angle}°`,
    cellOf: ({ normals }) => percent(normals.within[i], 2),
  })),
];
