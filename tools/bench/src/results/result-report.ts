// What a person sees of a comparison: the ratios first, then bars, tables, curves and the conditions.
import type { Chart, ReportContent, Section as ReportSection, SummaryCard } from 'training-kit/report';
import type { BenchResult, ResultCurve, ResultTable } from './result.js';
import { figure } from './result-markdown.js';
import { interquartileRange } from './statistics.js';

/** The report of a run. */
export function resultReport(result: BenchResult): ReportContent {
  const { startedAt, tables, curves, system, git, command, loadAtStart, sizes, facts, leftOut, isComplete } = result;
  const conditions: Record<string, string | number> = {
    command,
    commit: git === null ? 'none' : `${git.commit}${git.isDirty ? ' with changes' : ''}`,
    processor: system.cpu,
    memory: `${(system.memoryBytes / 2 ** 30).toFixed(1)} GiB`,
    system: system.os,
    node: system.node,
    'load at start': loadAtStart.toFixed(2),
    ...sizes,
  };
  for (const [side, values] of Object.entries(facts)) {
    for (const [name, value] of Object.entries(values)) conditions[`${side}: ${name}`] = value;
  }
  return {
    title: 'Speed beside PyTorch',
    subtitle: `${startedAt.slice(0, 10)} · ${system.cpu}${isComplete ? '' : ' · ended early: what was finished'}`,
    summary: tables.flatMap(summaryOf).slice(0, 6),
    sections: [
      ...tables.flatMap(tableSections),
      ...(curves.length === 0
        ? []
        : [{ kind: 'charts', title: 'How times grow', charts: curves.map(curveChart) } as const]),
      ...(leftOut.length === 0
        ? []
        : [
            {
              kind: 'table',
              title: 'Left out, because they cannot run here',
              columns: [{ name: 'comparison' }, { name: 'variant' }, { name: 'reason' }],
              rows: leftOut.map(({ comparison, name, why }) => [comparison, name, why]),
            } as const,
          ]),
      {
        kind: 'facts',
        title: 'Conditions',
        facts: Object.entries(conditions).map(([name, value]) => ({ name, value })),
      },
    ],
  };
}

/** The fastest of the others against ours. */
function summaryOf({ title, rows, unit }: ResultTable): SummaryCard[] {
  const ours = rows.filter(({ name }) => name.startsWith('ours')).at(-1);
  const rivals = rows.filter(({ name, toOurs }) => name.startsWith('torch') && toOurs !== null);
  if (ours === undefined || rivals.length === 0) return [];
  const best = rivals.reduce((a, b) => (b.spread.median < a.spread.median ? b : a));
  return [
    {
      label: title,
      value: `${figure(ours.spread.median)} ${unit}`,
      note: `${ours.name}; the fastest PyTorch, ${best.name}, takes ${figure(best.spread.median)}`,
    },
  ];
}

function tableSections({ title, unit, rows, section }: ResultTable): ReportSection[] {
  const right = (name: string) => ({ name, align: 'right' as const });
  const bars = rows.map(({ name, spread }) => ({ label: name, value: spread.median }));
  const chart: Chart = { kind: 'bars', title: `${title}: median`, value: { label: unit }, bars };
  return [
    { kind: 'charts', title, charts: [chart] },
    {
      kind: 'table',
      title: `${title}: figures`,
      note: 'Ratios are medians over the rounds; "/ ours" above 1 means that this project is faster.',
      columns: [
        { name: 'variant' },
        ...[`median (${unit})`, 'min', 'max', 'IQR', '/ ours', '/ plain', 'peak MB', 'parameters'].map(right),
      ],
      rows: rows.map(({ name, spread, toOurs, toPlain, peakRssMB, numParameters }) => [
        name,
        spread.median,
        spread.min,
        spread.max,
        interquartileRange(spread),
        toOurs,
        section === 'step' ? toPlain : null,
        peakRssMB,
        numParameters === 0 ? null : numParameters,
      ]),
    },
  ];
}

function curveChart({ title, xLabel, unit, series }: ResultCurve): Chart {
  return {
    kind: 'scatter',
    title,
    x: { label: xLabel, scale: 'log', format: 'si' },
    y: { label: unit, scale: 'log' },
    isConnected: true,
    points: series.flatMap(({ name, x, median }) => x.map((at, i) => ({ x: at, y: median[i]!, group: name }))),
  };
}
