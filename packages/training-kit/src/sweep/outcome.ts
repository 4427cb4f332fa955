// What came out of the runs of a sweep: the metrics at each one's end, and mean and spread over seeds.
import type { BackboneSize } from 'rpg-core';
import type { LineSeries } from '../report/content.js';
import type { ForwardCost } from '../weights/forward-cost.js';
import type { Measured } from './measures.js';
import type { PlannedRun } from './planned-run.js';
import type { RunState } from './run-state.js';

/** A run and how far it has come. */
export interface SweptRun {
  readonly run: Pick<PlannedRun<object>, 'name' | 'folder' | 'values'>;
  readonly state: RunState;
  /** What an experiment found out about it; undefined until it did. */
  readonly measured?: Measured | undefined;
  /** N and M; undefined where only the app could tell. */
  readonly size?: BackboneSize | undefined;
  /** What a forward pass costs; undefined likewise. */
  readonly cost?: ForwardCost | undefined;
}

/** Runs that differ in their seed alone. */
export interface SeedGroup {
  /** The values that they have in common, by key. */
  readonly values: ReadonlyMap<string, string>;
  readonly runs: readonly SweptRun[];
}

/** Mean and spread of one metric over the finished runs of a group. */
export interface Spread {
  readonly mean: number;
  /** Sample standard deviation; undefined for a single run. */
  readonly deviation: number | undefined;
  readonly count: number;
}

const SEED = 'seed';

/** What a run was measured to be, and the last value of each metric that it logged at its end. Empty for one that is not finished. */
export function endMetrics({ state, measured = {} }: SweptRun): ReadonlyMap<string, number> {
  if (state.status !== 'finished') return new Map();
  const last = state.history.at(-1)?.step;
  const atEnd = state.history.filter(({ step }) => step === last);
  return new Map([...Object.entries(measured), ...atEnd.flatMap(({ metrics }) => Object.entries(metrics))]);
}

/**
 * Names of what is known once training has ended, for tables: what an experiment measured, then metrics such as `testTop1`,
 * those of the test split first. Measured numbers with a slash in their name, such as `histogram/0.05`, are points of a curve:
 * the experiment's `outcome` draws them, and they stand in no table.
 */
export function resultNames(runs: readonly SweptRun[]): string[] {
  const measured = new Set(runs.flatMap((run) => Object.keys(run.measured ?? {})));
  const names = [...new Set(runs.flatMap((run) => [...endMetrics(run).keys()]))].filter((name) => !measured.has(name));
  return [
    ...[...measured].filter((name) => !name.includes('/')),
    ...names.filter((name) => name.startsWith('test')),
    ...names.filter((name) => /^train[A-Z]/.test(name)),
  ];
}

/**
 * How long a run trained: the time between its lines of the log, less the gaps in which it stood still.
 *
 * @returns seconds; undefined where nothing tells
 */
export function secondsTrained({ state }: SweptRun): number | undefined {
  const gaps = state.history.slice(1).map(({ wallTime }, i) => wallTime - state.history[i]!.wallTime);
  if (gaps.length === 0) return undefined;
  const usual = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)]!;
  // An evaluation takes many times as long as the usual step, a night without the machine longer still.
  const longest = Math.max(600, 1000 * usual);
  return gaps.reduce((sum, gap) => sum + (gap > longest ? usual : gap), 0);
}

/** In order of the first run of each. */
export function groupBySeed(runs: readonly SweptRun[]): SeedGroup[] {
  const groups = new Map<string, SeedGroup>();
  for (const swept of runs) {
    const values = new Map([...swept.run.values].filter(([key]) => key !== SEED));
    const name = JSON.stringify([...values]);
    groups.set(name, { values, runs: [...(groups.get(name)?.runs ?? []), swept] });
  }
  return [...groups.values()];
}

/** What sets a group apart, for legends. @param without keys of axes that are told otherwise */
export function groupName({ values }: SeedGroup, without: readonly string[] = []): string {
  return [...values].flatMap(([key, value]) => (without.includes(key) ? [] : [value])).join(', ');
}

/** Undefined where no run of the group has the metric. */
export function spreadOf({ runs }: SeedGroup, metric: string): Spread | undefined {
  const values = runs.flatMap((run) => endMetrics(run).get(metric) ?? []);
  if (values.length === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = values.length === 1 ? undefined : Math.sqrt(squares / (values.length - 1));
  return { mean, deviation, count: values.length };
}

/**
 * `52.3 ± 0.4`, without the deviation for a single run.
 *
 * @param factor in front of both, such as 100 for shares in % @returns null where no run of the group has the metric
 */
export function spreadText(group: SeedGroup, metric: string, factor: number, digits: number): string | null {
  const spread = spreadOf(group, metric);
  if (spread === undefined) return null;
  const { mean, deviation } = spread;
  const text = (value: number): string => (factor * value).toFixed(digits);
  return deviation === undefined ? text(mean) : `${text(mean)} ± ${text(deviation)}`;
}

/**
 * A curve that an experiment measured of each network: the numbers named `name/x`, such as `histogram/0.05` and
 * `histogram/0.1`, as means over seeds.
 *
 * @returns named by the group's settings; undefined where nothing of it was measured yet
 */
export function measuredCurve(group: SeedGroup, name: string): LineSeries | undefined {
  const prefix = `${name}/`;
  const metrics = new Set(group.runs.flatMap((run) => [...endMetrics(run).keys()]));
  const points = [...metrics]
    .filter((metric) => metric.startsWith(prefix))
    .map((metric) => ({ x: Number(metric.slice(prefix.length)), y: spreadOf(group, metric)!.mean }))
    .sort((a, b) => a.x - b.x);
  if (points.length === 0) return undefined;
  return { name: groupName(group), x: points.map(({ x }) => x), y: points.map(({ y }) => y) };
}
