// What all charts with axes share: titles with units, scales, number formats, and which values can be drawn at all.
import type { Axis } from '../content.js';
import { countOf } from '../html.js';
import { chartText } from './render-chart.js';

/** "loss (nats)", ready for a chart's title or axis. */
export function axisTitle(axis: Axis): string {
  return chartText(axis.unit === undefined ? axis.label : `${axis.label} (${axis.unit})`);
}

/** The number format in d3's notation; undefined leaves it to the chart library. */
export function axisFormat(axis: Axis): string | undefined {
  switch (axis.format ?? 'plain') {
    case 'plain':
      return undefined;
    case 'si':
      return '~s';
    case 'percent':
      return '~%';
  }
}

/** The position encoding of a quantitative field on this axis; `values` are those that will be drawn. */
export function positionOf(field: string, axis: Axis, values: readonly number[], numTicks: number) {
  const format = axisFormat(axis);
  return {
    field,
    type: 'quantitative',
    title: axisTitle(axis),
    scale: {
      ...(axis.scale === 'log' ? { type: 'log' as const } : { type: 'linear' as const, zero: false }),
      nice: axis.range === undefined,
      ...domainOf(axis, values),
    },
    axis: {
      tickCount: numTicks,
      labelOverlap: true,
      ...(axis.scale === 'log' ? powersOfTen(values, axis.range) : {}),
      ...(format === undefined ? {} : { format }),
    },
  } as const;
}

/** A single value stands in the middle of an axis; the chart library would draw ticks of rounding errors around it. */
function domainOf({ range, scale }: Axis, values: readonly number[]): { domain?: number[] } {
  if (range !== undefined) return { domain: [...range] };
  const [value = 0] = values;
  if (values.length === 0 || values.some((other) => other !== value)) return {};
  if (scale === 'log') return { domain: [value / 2, value * 2] };
  const around = value === 0 ? 1 : Math.abs(value) / 2;
  return { domain: [value - around, value + around] };
}

// Ticks at the powers of ten alone: a grid line at each digit is a hedge in front of the curves. Values that cover less
// than two decades keep the chart library's ticks.
function powersOfTen(drawn: readonly number[], range: Axis['range']): { values?: number[] } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of range ?? drawn) {
    low = Math.min(low, Math.floor(Math.log10(value) + 1e-9));
    high = Math.max(high, Math.ceil(Math.log10(value) - 1e-9));
  }
  const numDecades = high - low;
  if (!(numDecades >= 2)) return {};
  const stride = Math.ceil(numDecades / 8);
  const exponents = Array.from({ length: Math.floor(numDecades / stride) + 1 }, (_, index) => low + index * stride);
  const [least, greatest] = range ?? [0, Infinity];
  const ticks = exponents.map((exponent) => Number(`1e${exponent}`));
  return { values: ticks.filter((tick) => tick >= least && tick <= greatest) };
}

/** @throws RangeError when the axis has limits that no scale can have */
export function checkAxis(chartTitle: string, axis: Axis): void {
  if (axis.range === undefined) return;
  const [low, high] = axis.range;
  const isOrdered = Number.isFinite(low) && Number.isFinite(high) && low < high;
  if (!isOrdered || (axis.scale === 'log' && low <= 0)) {
    throw new RangeError(
      `Chart "${chartTitle}": axis "${axis.label}" has range [${low}, ${high}], expected two finite numbers, ` +
        `smaller first${axis.scale === 'log' ? ', both above 0 on a log axis' : ''}.`,
    );
  }
}

/** Keeps the points that both axes can show and counts the others. */
export class PointFilter {
  private numNonFinite = 0;
  private numNotPositive = 0;
  private readonly x: Axis;
  private readonly y: Axis;

  constructor(x: Axis, y: Axis) {
    this.x = x;
    this.y = y;
  }

  accepts(x: number, y: number): boolean {
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      this.numNonFinite++;
      return false;
    }
    if ((this.x.scale === 'log' && x <= 0) || (this.y.scale === 'log' && y <= 0)) {
      this.numNotPositive++;
      return false;
    }
    return true;
  }

  /** One sentence for each reason that points were left out. */
  notes(): string[] {
    const notes: string[] = [];
    if (this.numNonFinite > 0) notes.push(`${countOf(this.numNonFinite, 'point')} not finite, left out.`);
    if (this.numNotPositive > 0) {
      notes.push(`${countOf(this.numNotPositive, 'point')} ≤ 0, left out on the log axis.`);
    }
    return notes;
  }
}
