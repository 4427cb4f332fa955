// Horizontal bars: the labels are read without turning the head, and there may be as many as there are classes.
import type { BarChart } from '../content.js';
import { countOf, formatNumber } from '../html.js';
import { axisFormat, axisTitle, checkAxis } from './chart-axis.js';
import { chartGreys, colorsFor } from './palette.js';
import { type ChartSpec, chartText, chartTitle, legendColumns } from './render-chart.js';

export function barSpec(chart: BarChart): ChartSpec {
  checkAxis(chart.title, chart.value);
  if (chart.value.scale === 'log') {
    throw new RangeError(
      `Chart "${chart.title}": bars start at 0, which a log axis does not have; use points instead.`,
    );
  }
  const names = new Set(chart.bars.map((bar) => JSON.stringify([bar.label, bar.group])));
  if (names.size !== chart.bars.length) {
    throw new RangeError(`Chart "${chart.title}": two bars have the same label and group; expected one bar for each.`);
  }
  const bars = chart.bars
    .filter((bar) => Number.isFinite(bar.value))
    .map((bar) => ({ label: chartText(bar.label), value: bar.value, group: chartText(bar.group ?? '') }));
  const numDropped = chart.bars.length - bars.length;
  const notes = numDropped > 0 ? [`${countOf(numDropped, 'bar')} not finite, left out.`] : [];
  const labels = [...new Set(bars.map((bar) => bar.label))];
  const groups = [...new Set(bars.map((bar) => bar.group))];

  const sorted = [...bars].sort((a, b) => a.value - b.value);
  const nameOf = (bar: (typeof bars)[number]) => [bar.label, bar.group].filter((part) => part !== '').join(', ');
  const extremes =
    sorted.length === 0
      ? 'no bars'
      : `${countOf(sorted.length, 'bar')} from ${formatNumber(sorted[0]!.value)} (${nameOf(sorted[0]!)}) to ` +
        `${formatNumber(sorted.at(-1)!.value)} (${nameOf(sorted.at(-1)!)})`;
  const alt = `Bar chart “${chart.title}”, ${axisTitle(chart.value)}: ${extremes}.`;
  if (bars.length === 0) return { specFor: null, alt, notes };

  const isGrouped = groups.length > 1;
  const barHeightPx = labels.length * groups.length > 40 ? 13 : isGrouped ? 17 : 24;
  const axisFormatOrNone = axisFormat(chart.value);
  const textFormat = chart.value.format === 'percent' ? '.1%' : chart.value.format === 'si' ? '.3~s' : '.4~r';
  return {
    alt,
    notes,
    specFor: (widthPx) => ({
      title: chartTitle(chart.title, widthPx),
      width: widthPx,
      height: labels.length * (groups.length * barHeightPx + (isGrouped ? 8 : 0)) + (isGrouped ? 124 : 92),
      data: { values: bars },
      encoding: {
        y: {
          field: 'label',
          type: 'nominal',
          sort: labels,
          title: null,
          scale: { paddingInner: 0.28, paddingOuter: 0.14 },
          axis: { ticks: false, domain: false, labelColor: chartGreys.ink, labelLimit: widthPx > 600 ? 300 : 160 },
        },
        x: {
          field: 'value',
          type: 'quantitative',
          stack: null,
          title: axisTitle(chart.value),
          scale: chart.value.range === undefined ? { zero: true } : { domain: [...chart.value.range] },
          axis: { tickCount: 5, ...(axisFormatOrNone === undefined ? {} : { format: axisFormatOrNone }) },
        },
        ...(isGrouped ? { yOffset: { field: 'group', type: 'nominal', sort: groups } as const } : {}),
      },
      layer: [
        {
          mark: { type: 'bar', clip: chart.value.range !== undefined },
          encoding: {
            color: {
              field: 'group',
              type: 'nominal',
              scale: { domain: groups, range: colorsFor(groups.length) },
              legend: isGrouped ? { columns: legendColumns(groups, widthPx), symbolType: 'square' } : null,
            },
          },
        },
        {
          mark: { type: 'text', align: 'left', dx: 5, fontSize: barHeightPx > 13 ? 11 : 9.5, color: chartGreys.label },
          encoding: { text: { field: 'value', type: 'quantitative', format: textFormat } },
        },
      ],
    }),
  };
}
