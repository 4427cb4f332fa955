// The page and the table of a sweep: what came out by setting, with mean and spread over seeds, and the runs' curves together.
import type { LineChart, ReportContent, ScatterChart, Section, TableSection } from '../report/content.js';
import { countOf } from '../report/html.js';
import { epochAxis } from '../report/run-charts.js';
import type { Axis } from './axes.js';
import { endMetrics, groupBySeed, resultNames, type SeedGroup, spreadOf, type SweptRun } from './outcome.js';

/** A sweep as far as it has come. */
export interface Sweep {
  readonly title: string;
  readonly axes: readonly Axis[];
  readonly runs: readonly SweptRun[];
  /** What a reader should know of it: what it is for, the paper's numbers. */
  readonly about?: readonly Section[];
}

/** More curves than this tell nothing. */
const MAX_CURVES = 24;

export function sweepPage(sweep: Sweep): ReportContent {
  const { title, axes, runs } = sweep;
  const finished = runs.filter(({ state }) => state.status === 'finished');
  const axisText = axes.map(({ flag, values }) => `${flag} ${values.join(', ')}`).join('; ');
  return {
    title,
    subtitle: axisText === '' ? 'one run' : axisText,
    summary: [{ label: 'Finished', value: `${finished.length} of ${runs.length}`, note: statesLeft(runs) }],
    sections: [...(sweep.about ?? []), outcomeTable(sweep), ...axisCharts(sweep), ...curves(runs), runsTable(sweep)],
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
  return {
    kind: 'table',
    title: 'What came out',
    note: 'Mean over seeds ± standard deviation of one run (n − 1), and the number of finished runs.',
    columns: [
      ...(shown.length === 0 ? [{ name: 'settings' }] : shown.map(({ flag }) => ({ name: flag }))),
      ...names.map((name) => ({ name, align: 'right' as const })),
      { name: 'runs', align: 'right' },
    ],
    rows: groupBySeed(runs).map((group) => [
      ...(shown.length === 0 ? ['all alike'] : shown.map(({ key }) => group.values.get(key) ?? '—')),
      ...names.map((name) => spreadText(group, name)),
      group.runs.filter(({ state }) => state.status === 'finished').length,
    ]),
  };
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
      const others = [...group.values].filter(([key]) => key !== axis.key).map(([, value]) => value);
      return [{ x: Number(x), y: spread.mean, group: others.length === 0 ? metric : others.join(', ') }];
    }),
  }));
  return [{ kind: 'charts', title: 'By setting', note: 'Means over seeds.', charts }];
}

/** What was measured while training went on, all runs in one chart for each metric. */
function curves(runs: readonly SweptRun[]): Section[] {
  const begun = runs.filter(({ state }) => state.history.length > 0).slice(0, MAX_CURVES);
  const names = [
    ...new Set(begun.flatMap(({ state }) => state.history.flatMap(({ metrics }) => Object.keys(metrics)))),
  ];
  const watched = names.filter((name) => name === 'loss' || /^val[A-Z]/.test(name));
  if (watched.length === 0) return [];
  const charts = watched.map((metric): LineChart => ({
    kind: 'lines',
    title: metric,
    x: { ...epochAxis, label: 'step' },
    y: { label: metric },
    ...(metric === 'loss' ? { smoothing: 0.98 } : {}),
    series: begun.map(({ run, state }) => {
      const points = state.history.filter(({ metrics }) => metric in metrics);
      return { name: run.name, x: points.map(({ step }) => step), y: points.map(({ metrics }) => metrics[metric]!) };
    }),
  }));
  const left = runs.length - begun.length;
  const note = left === 0 ? 'All runs.' : `${countOf(begun.length, 'run')}; ${left} more are in the table.`;
  return [{ kind: 'charts', title: 'Curves', note, charts }];
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
      ...names.map((name) => ({ name, align: 'right' as const })),
    ],
    rows: runs.map((swept) => [
      swept.run.name,
      swept.state.reason === undefined ? swept.state.status : `${swept.state.status}: ${swept.state.reason}`,
      swept.state.step,
      ...names.map((name) => endMetrics(swept).get(name) ?? null),
    ]),
  };
}

/** One line a run: name, values of the axes, state, step, metrics at its end. RFC 4180. */
export function sweepCsv({ axes, runs }: Pick<Sweep, 'axes' | 'runs'>): string {
  const names = resultNames(runs);
  const lines = [
    ['run', ...axes.map(({ flag }) => flag), 'state', 'step', ...names],
    ...runs.map((swept) => [
      swept.run.name,
      ...axes.map(({ key }) => swept.run.values.get(key) ?? ''),
      swept.state.status,
      String(swept.state.step),
      ...names.map((name) => String(endMetrics(swept).get(name) ?? '')),
    ]),
  ];
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
