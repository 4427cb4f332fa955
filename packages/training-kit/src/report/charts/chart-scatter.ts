// Scatter charts: labelled points in groups that differ in colour and in shape.
import type { ScatterChart } from '../content.js';
import { countOf } from '../html.js';
import { axisTitle, checkAxis, PointFilter, positionOf } from './chart-axis.js';
import { chartGreys, colorsFor } from './palette.js';
import { type ChartSpec, chartText, chartTitle, legendColumns } from './render-chart.js';

const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'] as const;

export function scatterSpec(chart: ScatterChart): ChartSpec {
  checkAxis(chart.title, chart.x);
  checkAxis(chart.title, chart.y);
  const filter = new PointFilter(chart.x, chart.y);
  const points = chart.points
    .filter((point) => filter.accepts(point.x, point.y))
    .map(({ x, y, label, group }) => ({ x, y, label: chartText(label ?? ''), group: chartText(group ?? '') }));
  const groups = [...new Set(points.map((point) => point.group))];
  const inGroups = groups.length > 1 ? ` in ${countOf(groups.length, 'group')} (${groups.join(', ')})` : '';
  const alt =
    `Scatter chart “${chart.title}”, ${axisTitle(chart.y)} over ${axisTitle(chart.x)}: ` +
    `${countOf(points.length, 'point')}${inGroups}.`;
  const notes = filter.notes();
  if (points.length === 0) return { specFor: null, alt, notes };

  const isNamed = groups.length > 1 || groups[0] !== '';
  const legendFor = (widthPx: number) => (isNamed ? { columns: legendColumns(groups, widthPx) } : null);
  const isCut = chart.x.range !== undefined || chart.y.range !== undefined;
  const colorFor = (widthPx: number) =>
    ({
      field: 'group',
      type: 'nominal',
      scale: { domain: groups, range: colorsFor(groups.length) },
      legend: legendFor(widthPx),
    }) as const;
  return {
    alt,
    notes,
    specFor: (widthPx) => ({
      title: chartTitle(chart.title, widthPx),
      width: widthPx,
      height: widthPx > 600 ? 420 : 330,
      data: { values: points },
      encoding: {
        x: positionOf(
          'x',
          chart.x,
          points.map((point) => point.x),
          widthPx > 600 ? 8 : 5,
        ),
        y: positionOf(
          'y',
          chart.y,
          points.map((point) => point.y),
          6,
        ),
      },
      layer: [
        ...(chart.isConnected
          ? [
              {
                mark: { type: 'line', strokeWidth: 1.5, opacity: 0.6, clip: isCut },
                encoding: { color: colorFor(widthPx) },
              } as const,
            ]
          : []),
        {
          mark: { type: 'point', filled: true, size: 75, opacity: 1, clip: isCut },
          encoding: {
            color: colorFor(widthPx),
            shape: {
              field: 'group',
              type: 'nominal',
              scale: { domain: groups, range: groups.map((_, index) => shapes[index % shapes.length]!) },
              legend: legendFor(widthPx),
            },
          },
        },
        {
          mark: {
            type: 'text',
            align: 'center',
            baseline: 'bottom',
            dy: -8,
            fontSize: 11,
            color: chartGreys.label,
          },
          encoding: { text: { field: 'label' } },
        },
      ],
    }),
  };
}
