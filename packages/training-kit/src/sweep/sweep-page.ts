// The page and the table of a sweep: what came out by setting, with mean and spread over seeds, and the runs' curves together.
import type { LineChart, LineSeries, ReportContent, ScatterChart, Section, TableSection } from '../report/content.js';
import { costText, mostMultiplyAdds } from '../weights/forward-cost.js';
import { formatDuration } from '../words/duration.js';
import type { Axis } from './axes.js';
import {
  endMetrics,
  groupBySeed,
  groupName,
  resultNames,
  secondsTrained,
  type SeedGroup,
  spreadOf,
  type SweptRun,
} from './outcome.js';
import { scoreBySize } from './score-by-size.js';

/** A sweep as far as it has come. */
export interface Sweep {
  readonly title: string;
  readonly axes: readonly Axis[];
  readonly runs: readonly SweptRun[];
  /** What a reader should know of it: what it is for, the paper's numbers. */
  readonly about?: readonly Section[];
  /** Pictures and tables of this one's own, after the table of what came out. */
  readonly outcome?: readonly Section[];
}

/** There are as many colours that can be told apart. */
const MAX_CURVES = 8;

export function sweepPage(sweep: Sweep): ReportContent {
  const { title, axes, runs } = sweep;
  const finished = runs.filter(({ state }) => state.status === 'finished');
  const axisText = axes.map(({ flag, values }) => `${flag} ${values.join(', ')}`).join('; ');
  return {
    title,
    subtitle: axisText === '' ? 'one run' : axisText,
    summary: [{ label: 'Finished', value: `${finished.length} of ${runs.length}`, note: statesLeft(runs) }],
    sections: [
      ...(sweep.about ?? []),
      outcomeTable(sweep),
      ...(sweep.outcome ?? []),
      ...scoreBySize(runs),
      ...axisCharts(sweep),
      ...curves(runs),
      runsTable(sweep),
    ],
  };
}

function statesLeft(runs: readonly SweptRun[]): string {
  const others = (['running', 'stopped', 'failed', 'waiting'] as const).flatMap((status) => {
    const count = runs.filter(({ state }) => state.status === status).length;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  return others.length === 0 ? 'all runs' : others.join(', ');
}

function outcomeTable({ axes, runs }: Sweep): TableSection {
  const shown = axes.filter(({ key }) => key !== 'seed');
  const names = resultNames(runs);
  const costs = runs.some(({ cost }) => cost !== undefined) ? ['multiply-adds'] : [];
  return {
    kind: 'table',
    title: 'What came out',
    note: 'N: backbone parameters. Multiply-adds: of convolutions and linear layers, in one forward pass of one example. Then means over seeds ± standard deviation of one run (n − 1), and the number of finished runs.',
    columns: [
      ...(shown.length === 0 ? [{ name: 'settings' }] : shown.map(({ flag }) => ({ name: flag }))),
      { name: 'N', align: 'right' },
      ...costs.map((name) => ({ name, align: 'right' as const })),
      ...names.map((name) => ({ name, align: 'right' as const })),
      { name: 'runs', align: 'right' },
    ],
    rows: groupBySeed(runs).map((group) => [
      ...(shown.length === 0 ? ['all alike'] : shown.map(({ key }) => group.values.get(key) ?? '—')),
      group.runs[0]!.size?.ringSize ?? null,
      ...costs.map(() => costOf(group)),
      ...names.map((name) => spreadText(group, name)),
      group.runs.filter(({ state }) => state.status === 'finished').length,
    ]),
  };
}

function costOf({ runs: [first] }: SeedGroup): string | null {
  return first?.cost === undefined ? null : costText(first.cost);
}

function spreadText(group: SeedGroup, metric: string): string | null {
  const spread = spreadOf(group, metric);
  if (spread === undefined) return null;
  const { mean, deviation } = spread;
  return deviation === undefined ? mean.toPrecision(4) : `${mean.toPrecision(4)} ± ${deviation.toPrecision(2)}`;
}

/** For each axis of numbers: the first result against it, a colour for each setting of the other axes. */
function axisCharts({ axes, runs }: Sweep): Section[] {
  const [metric] = resultNames(runs).filter((name) => !/loss$/i.test(name));
  const numeric = axes.filter(({ key, values }) => key !== 'seed' && values.every((value) => Number(value) > 0));
  if (metric === undefined || numeric.length === 0) return [];
  const charts = numeric.map((axis): ScatterChart => ({
    kind: 'scatter',
    title: `${metric} against ${axis.flag}`,
    x: { label: axis.flag, scale: 'log' },
    y: { label: metric },
    isConnected: true,
    points: groupBySeed(runs).flatMap((group) => {
      const spread = spreadOf(group, metric);
      const x = group.values.get(axis.key);
      if (spread === undefined || x === undefined) return [];
      return [{ x: Number(x), y: spread.mean, group: groupName(group, [axis.key]) || metric }];
    }),
  }));
  return [{ kind: 'charts', title: 'By setting', note: 'Means over seeds.', charts }];
}

/** What was measured while training went on: a curve for each setting, the mean over its seeds. */
function curves(runs: readonly SweptRun[]): Section[] {
  const groups = groupBySeed(runs.filter(({ state }) => state.history.length > 0));
  const shown = groups.slice(0, MAX_CURVES);
  const names = new Set(runs.flatMap(({ state }) => state.history.flatMap(({ metrics }) => Object.keys(metrics))));
  const watched = [...names].filter((name) => name === 'loss' || /^val[A-Z]/.test(name));
  if (watched.length === 0) return [];
  const charts = watched.map((metric): LineChart => ({
    kind: 'lines',
    title: metric,
    x: { label: 'step' },
    y: { label: metric },
    ...(metric === 'loss' ? { smoothing: 0.98 } : {}),
    series: shown.map((group) => meanCurve(group, metric)),
  }));
  const left = groups.length - shown.length;
  const note = `Means over seeds.${left === 0 ? '' : ` The first ${MAX_CURVES} of ${groups.length} settings.`}`;
  return [{ kind: 'charts', title: 'Curves', note, charts }];
}

/** At the steps that all runs of the group have reached. */
function meanCurve(group: SeedGroup, metric: string): LineSeries {
  const { runs } = group;
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { state } of runs) {
    for (const { step, metrics } of state.history) {
      const value = metrics[metric];
      if (value === undefined) continue;
      const { sum, count } = sums.get(step) ?? { sum: 0, count: 0 };
      sums.set(step, { sum: sum + value, count: count + 1 });
    }
  }
  const points = [...sums].filter(([, { count }]) => count === runs.length).sort(([a], [b]) => a - b);
  return {
    name: groupName(group) || 'all runs',
    x: points.map(([step]) => step),
    y: points.map(([, { sum, count }]) => sum / count),
  };
}

function runsTable({ runs }: Sweep): TableSection {
  const names = resultNames(runs);
  return {
    kind: 'table',
    title: 'Runs',
    columns: [
      { name: 'run' },
      { name: 'state' },
      { name: 'step', align: 'right' },
      { name: 'time' },
      ...names.map((name) => ({ name, align: 'right' as const })),
    ],
    rows: runs.map((swept) => [
      swept.run.name,
      swept.state.reason === undefined ? swept.state.status : `${swept.state.status}: ${swept.state.reason}`,
      swept.state.step,
      timeText(swept),
      ...names.map((name) => endMetrics(swept).get(name) ?? null),
    ]),
  };
}

function timeText(swept: SweptRun): string | null {
  const seconds = secondsTrained(swept);
  return seconds === undefined ? null : formatDuration(seconds);
}

/** One line a run: name, values of the axes, state, step, N, M, multiply-adds at most, seconds, metrics at its end. RFC 4180. */
export function sweepCsv({ axes, runs }: Pick<Sweep, 'axes' | 'runs'>): string {
  const names = resultNames(runs);
  const lines = [
    ['run', ...axes.map(({ flag }) => flag), 'state', 'step', 'N', 'M', 'multiplyAdds', 'seconds', ...names],
    ...runs.map((swept) => [
      swept.run.name,
      ...axes.map(({ key }) => swept.run.values.get(key) ?? ''),
      swept.state.status,
      String(swept.state.step),
      String(swept.size?.ringSize ?? ''),
      String(swept.size?.numGenerated ?? ''),
      String(swept.cost === undefined ? '' : mostMultiplyAdds(swept.cost)),
      secondsTrained(swept)?.toFixed(0) ?? '',
      ...names.map((name) => String(endMetrics(swept).get(name) ?? '')),
    ]),
  ];
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
