// Scores against the size of the backbone, and which settings no smaller network beats.
import type { ScatterChart, Section } from '../report/content.js';
import { groupBySeed, groupName, resultNames, spreadOf, type SweptRun } from './outcome.js';

/** Axes that change little but the size: their values are the picture's x. */
const sizeAxes = ['ringSize', 'width', 'widthMultiplier'];
const FRONT = 'no smaller one is better';

interface Point {
  readonly x: number;
  readonly y: number;
  readonly group: string;
}

/** A chart of the first score against N; none unless there are two sizes. */
export function scoreBySize(runs: readonly SweptRun[]): Section[] {
  const [metric] = resultNames(runs).filter((name) => name.startsWith('test') && !/loss$/i.test(name));
  if (metric === undefined) return [];
  const points = groupBySeed(runs).flatMap((group): Point[] => {
    const spread = spreadOf(group, metric);
    const { size } = group.runs[0]!;
    return spread === undefined || size === undefined
      ? []
      : [{ x: size.ringSize, y: spread.mean, group: groupName(group, sizeAxes) || 'all' }];
  });
  if (new Set(points.map(({ x }) => x)).size < 2) return [];
  const chart: ScatterChart = {
    kind: 'scatter',
    title: `${metric} against backbone parameters`,
    x: { label: 'N', scale: 'log' },
    y: { label: metric },
    isConnected: true,
    points: [...points, ...frontOf(points, isBetterLower(metric))],
  };
  return [{ kind: 'charts', title: 'By size', note: 'Means over seeds.', charts: [chart] }];
}

/** Errors fall, other scores rise. */
function isBetterLower(metric: string): boolean {
  return /rmse|error/i.test(metric);
}

/** The points that are better than all smaller ones and all of their size (Pareto front). */
function frontOf(points: readonly Point[], isLower: boolean): Point[] {
  const sign = isLower ? -1 : 1;
  const front: Point[] = [];
  for (const point of [...points].sort((a, b) => a.x - b.x || sign * (b.y - a.y))) {
    const best = front.at(-1);
    if (best === undefined || sign * (point.y - best.y) > 0) front.push({ ...point, group: FRONT });
  }
  return front;
}
