// Results as Markdown, laid out as the formatter would: the documents stay free of changes that nobody made.
import { leftOutLine } from '../workers/left-out.js';
import type { Section } from '../workers/workload.js';
import type { BenchResult, ResultCurve, ResultTable } from './result.js';
import { interquartileRange } from './statistics.js';

/** The content of a section's block in docs/benchmarks.md; undefined when the run did not measure it. */
export function sectionMarkdown(result: BenchResult, section: Section): string | undefined {
  const tables = result.tables.filter((table) => table.section === section);
  if (tables.length === 0) return undefined;
  return [
    conditions(result),
    ...tables.flatMap((table) => [`${table.title} (${table.unit}):`, tableMarkdown(table)]),
    ...leftOutMarkdown(result, tables),
  ].join('\n\n');
}

/** The content of the curves' block; undefined when the run has none. */
export function curvesMarkdown(result: BenchResult): string | undefined {
  if (result.curves.length === 0) return undefined;
  return [
    conditions(result),
    ...result.curves.flatMap((curve) => [`${curve.title} (${curve.unit}):`, curveMarkdown(curve)]),
  ].join('\n\n');
}

/** Who is missing from these tables, and why. */
function leftOutMarkdown({ leftOut }: BenchResult, tables: readonly ResultTable[]): string[] {
  const titles = tables.map(({ title }) => title);
  const missing = leftOut.filter(({ comparison }) => titles.includes(comparison));
  if (missing.length === 0) return [];
  return ['Left out, because they cannot run there:', missing.map((each) => `- ${leftOutLine(each)}`).join('\n')];
}

/** All tables, for a terminal. */
export function resultLines({ tables, curves, leftOut }: BenchResult): string {
  return [
    ...tables.map((table) => `\n${table.title} (${table.unit})\n${tableMarkdown(table)}`),
    ...curves.map((curve) => `\n${curve.title} (${curve.unit})\n${curveMarkdown(curve)}`),
    ...[...new Set(leftOut.map(leftOutLine))].map((line) => `\n${line}`),
  ].join('\n');
}

/** A number with three significant digits, and thousands apart. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en', {
    minimumFractionDigits: Math.min(digits, 3),
    maximumFractionDigits: Math.min(digits, 3),
  });
}

function conditions({ startedAt, command, git, system, loadAtStart, sizes, facts }: BenchResult): string {
  const commit = git === null ? 'no commit' : `commit ${git.commit.slice(0, 7)}${git.isDirty ? ' with changes' : ''}`;
  const sizeText = Object.entries(sizes).map(([name, size]) => `${name} ${size.toLocaleString('en')}`);
  const lines = [
    `\`${command}\``,
    `${startedAt.slice(0, 10)}, ${commit}; ${system.cpu}, ${(system.memoryBytes / 2 ** 30).toFixed(0)} GiB, ${system.os}; load at start ${loadAtStart.toFixed(2)}.`,
    `${sizeText.join(', ')}.`,
    ...Object.entries(facts).map(
      ([side, values]) =>
        `${side}: ${Object.entries(values)
          .map(([name, value]) => `${name} ${value}`)
          .join(', ')}.`,
    ),
  ];
  return lines.map((line) => `- ${line}`).join('\n');
}

function tableMarkdown({ rows, section }: ResultTable): string {
  const isStep = section === 'step';
  const header = ['variant', 'median', 'min – max', 'IQR', '/ ours', ...(isStep ? ['/ plain'] : []), 'peak MB'];
  const ratio = (value: number | null): string => (value === null ? '' : value.toFixed(2));
  return markdownTable(
    header,
    rows.map(({ name, spread, toOurs, toPlain, peakRssMB }) => [
      name,
      figure(spread.median),
      `${figure(spread.min)} – ${figure(spread.max)}`,
      figure(interquartileRange(spread)),
      ratio(toOurs),
      ...(isStep ? [ratio(toPlain)] : []),
      peakRssMB === null ? '' : peakRssMB.toLocaleString('en', { maximumFractionDigits: 0 }),
    ]),
  );
}

function curveMarkdown({ xLabel, series }: ResultCurve): string {
  const xs = [...new Set(series.flatMap(({ x }) => x))].sort((a, b) => a - b);
  return markdownTable(
    [xLabel, ...series.map(({ name }) => name)],
    xs.map((x) => [
      x.toLocaleString('en'),
      ...series.map((line) => {
        const at = line.x.indexOf(x);
        return at === -1 ? '' : figure(line.median[at]!);
      }),
    ]),
  );
}

/** A table whose columns are as wide as their widest cell; all but the first are aligned right. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) => Math.max(3, name.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`;
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(header), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}
