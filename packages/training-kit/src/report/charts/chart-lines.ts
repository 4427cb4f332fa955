// Line charts: raw values faint under their moving average, thinned to what a screen can show.
import type { LineChart, LineSeries } from '../content.js';
import { formatNumber } from '../html.js';
import { axisTitle, checkAxis, PointFilter, positionOf } from './chart-axis.js';
import { chartGreys, colorsFor } from './palette.js';
import { type ChartSpec, chartText, chartTitle, type Layer, legendColumns } from './render-chart.js';

interface Point {
  x: number;
  y: number;
}

/** More points than this along a line cannot be told apart on the page. */
const MAX_POINTS_PER_LINE = 400;
/** Up to this many points, each is marked; a single one would not be seen otherwise. */
const MAX_MARKED_POINTS = 30;

export function lineSpec(chart: LineChart): ChartSpec {
  const smoothing = checkLineChart(chart);
  const filter = new PointFilter(chart.x, chart.y);
  const raw = chart.series.map((series) => drawablePoints(series, filter));
  const smooth =
    smoothing > 0
      ? raw.map((points, i) => (chart.series[i]!.isExact ? points : movingAverage(points, smoothing)))
      : raw;
  const references = (chart.references ?? []).filter((reference) => filter.accepts(1, reference.value));
  const notes = filter.notes();
  if (smoothing > 0) notes.push(`Strong: moving average, weight ${smoothing}; faint: raw values.`);

  const names = chart.series.map((series) => chartText(series.name));
  const ends = smooth.map((points, index) => {
    const last = points.at(-1);
    return last === undefined ? `${names[index]!} is empty` : `${names[index]!} ends at ${formatNumber(last.y)}`;
  });
  const told = [...ends, ...references.map((line) => `${line.label} is at ${formatNumber(line.value)}`)];
  const alt = `Line chart “${chart.title}”, ${axisTitle(chart.y)} over ${axisTitle(chart.x)}: ${told.join('; ')}.`;
  if (raw.every((points) => points.length === 0)) return { specFor: null, alt, notes };

  const rows = (lines: Point[][]) =>
    lines.flatMap((points, index) => thin(points).map((point) => ({ ...point, series: names[index]! })));
  const xs = raw.flat().map((point) => point.x);
  const ys = [...raw.flat(), ...references.map(({ value }) => ({ y: value }))].map((point) => point.y);
  const isNamed = names.length > 1 || names[0] !== '';
  const isCut = chart.x.range !== undefined || chart.y.range !== undefined;
  const dashes = chart.series.map((series) => (series.isDashed ? [5, 3] : [1, 0]));
  const layersFor = (widthPx: number): Layer[] => {
    const legend = isNamed ? ({ columns: legendColumns(names, widthPx), symbolType: 'stroke' } as const) : null;
    const color = {
      field: 'series',
      type: 'nominal',
      scale: { domain: names, range: colorsFor(names.length) },
      legend,
    } as const;
    const strokeDash = { field: 'series', type: 'nominal', scale: { domain: names, range: dashes }, legend } as const;
    const faintRaw: Layer = {
      data: { values: rows(raw) },
      mark: { type: 'line', clip: isCut, strokeWidth: 1, opacity: 0.28 },
      encoding: { color },
    };
    const lines: Layer = {
      data: { values: rows(smooth) },
      mark: { type: 'line', clip: isCut, strokeWidth: 2, strokeCap: 'round', strokeJoin: 'round' },
      encoding: { color, ...(chart.series.some((series) => series.isDashed) ? { strokeDash } : {}) },
    };
    const marks: Layer = {
      data: { values: rows(smooth.map((points) => (points.length <= MAX_MARKED_POINTS ? points : []))) },
      mark: { type: 'point', filled: true, size: 26, opacity: 1, clip: isCut },
      encoding: { color },
    };
    return [
      ...references.map((reference) => referenceLayer(reference.label, reference.value)),
      ...(smoothing > 0 ? [faintRaw] : []),
      lines,
      marks,
    ];
  };

  return {
    alt,
    notes,
    specFor: (widthPx) => ({
      title: chartTitle(chart.title, widthPx),
      width: widthPx,
      height: widthPx > 600 ? 340 : 290,
      encoding: {
        x: positionOf('x', chart.x, xs, widthPx > 600 ? 10 : 5),
        y: positionOf('y', chart.y, ys, 6),
      },
      layer: layersFor(widthPx),
    }),
  };
}

function referenceLayer(label: string, value: number): Layer {
  return {
    data: { values: [{ y: value, label: chartText(label) }] },
    encoding: { x: { value: 0 } },
    layer: [
      {
        mark: { type: 'rule', color: chartGreys.axis, strokeWidth: 1.2, strokeDash: [2, 3] },
        encoding: { x2: { value: 'width' } },
      },
      {
        mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 4, dy: -3, fontSize: 11, color: chartGreys.label },
        encoding: { text: { field: 'label' } },
      },
    ],
  };
}

function drawablePoints(series: LineSeries, filter: PointFilter): Point[] {
  const points: Point[] = [];
  for (let index = 0; index < series.x.length; index++) {
    const point = { x: series.x[index]!, y: series.y[index]! };
    if (filter.accepts(point.x, point.y)) points.push(point);
  }
  return points;
}

/** Exponential moving average, corrected so that the first values are not drawn towards 0. */
export function movingAverage(points: readonly Point[], weight: number): Point[] {
  let sum = 0;
  let norm = 0;
  return points.map(({ x, y }) => {
    sum = weight * sum + (1 - weight) * y;
    norm = weight * norm + (1 - weight);
    return { x, y: sum / norm };
  });
}

/** Keeps the lowest and the highest point of each of equally long stretches, so that no spike is lost. */
export function thin<P extends Point>(points: readonly P[]): P[] {
  if (points.length <= MAX_POINTS_PER_LINE) return [...points];
  const numStretches = MAX_POINTS_PER_LINE / 2;
  const kept = new Set<number>([0, points.length - 1]);
  for (let stretch = 0; stretch < numStretches; stretch++) {
    const from = Math.floor((stretch * points.length) / numStretches);
    const to = Math.floor(((stretch + 1) * points.length) / numStretches);
    let lowest = from;
    let highest = from;
    for (let index = from; index < to; index++) {
      if (points[index]!.y < points[lowest]!.y) lowest = index;
      if (points[index]!.y > points[highest]!.y) highest = index;
    }
    kept.add(lowest).add(highest);
  }
  return points.filter((_, index) => kept.has(index));
}

function checkLineChart(chart: LineChart): number {
  checkAxis(chart.title, chart.x);
  checkAxis(chart.title, chart.y);
  for (const { name, x, y } of chart.series) {
    if (x.length !== y.length) {
      throw new RangeError(
        `Chart "${chart.title}": series "${name}" has ${x.length} x values and ${y.length} y values, expected as many.`,
      );
    }
  }
  const names = new Set(chart.series.map((series) => series.name));
  if (names.size !== chart.series.length) {
    throw new RangeError(`Chart "${chart.title}": two series have the same name; expected a name for each.`);
  }
  const smoothing = chart.smoothing ?? 0;
  if (!(smoothing >= 0 && smoothing < 1)) {
    throw new RangeError(`Chart "${chart.title}": smoothing is ${smoothing}, expected a number in [0, 1).`);
  }
  return smoothing;
}
