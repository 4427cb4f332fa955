// From a chart's data to drawn pictures: each kind has a file of its own that says what to draw and what to tell.
import { confusionSpec } from '../confusion-matrix.js';
import type { Chart } from '../content.js';
import { barSpec } from './chart-bars.js';
import { lineSpec } from './chart-lines.js';
import { scatterSpec } from './chart-scatter.js';
import { type ChartSpec, renderSvg } from './render-chart.js';

export interface DrawnChart extends Omit<ChartSpec, 'specFor'> {
  title: string;
  /** Empty when there is nothing to draw. The first is for a wide page and for the file, the second for a narrow one. */
  svgs: string[];
}

/** Outer widths in CSS pixels. At half width a chart is also readable on a phone. */
const FULL_WIDTH_PX = 920;
const HALF_WIDTH_PX = 440;

/**
 * Draws a chart, at full width also in a variant for narrow screens.
 *
 * @throws RangeError when the chart's parts do not fit together; the text starts with the chart's title
 */
export async function drawChart(chart: Chart, idPrefix: string, isFullWidth: boolean): Promise<DrawnChart> {
  const { specFor, ...told } = describeChart(chart);
  const svgs: string[] = [];
  if (specFor !== null) {
    // A matrix is square: more width would only make it too tall to see at once.
    const isWide = isFullWidth && chart.kind !== 'confusion';
    const widths = isWide ? [FULL_WIDTH_PX, HALF_WIDTH_PX] : [chart.kind === 'confusion' ? 560 : HALF_WIDTH_PX];
    for (const [index, widthPx] of widths.entries()) {
      svgs.push(await renderSvg(specFor(widthPx), `${idPrefix}-${index + 1}`, told.alt));
    }
  }
  return { ...told, title: chart.title, svgs };
}

function describeChart(chart: Chart): ChartSpec {
  switch (chart.kind) {
    case 'lines':
      return lineSpec(chart);
    case 'bars':
      return barSpec(chart);
    case 'scatter':
      return scatterSpec(chart);
    case 'confusion':
      return confusionSpec(chart);
    default:
      throw new TypeError(
        `Unknown chart kind "${String((chart satisfies never as { kind: unknown }).kind)}"; ` +
          'expected lines, bars, scatter or confusion.',
      );
  }
}
