// A vega-lite specification drawn to an SVG string, without a browser.
import { Error as errorsOnly, parse, View } from 'vega';
import { compile, type Config, type TopLevelSpec } from 'vega-lite';
import { escapeHtml, withoutControls } from '../html.js';
import { chartGreys } from './palette.js';

/** What one kind of chart gives to draw. */
export interface ChartSpec {
  /** For an outer width in CSS pixels; null when there is nothing to draw. */
  specFor: ((widthPx: number) => TopLevelSpec) | null;
  /** What a reader who cannot see the chart is told. */
  alt: string;
  /** What was left out, how to read the lines. */
  notes: string[];
  /** Lines of text that belong beside the chart. */
  listing?: { title: string; lines: string[] };
}

/** One of the layers that a chart is drawn from. */
export type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

const FONT_FAMILY = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** Left of the plot, where a legend begins. */
const AXIS_PX = 45;

/** Longer names in a legend are cut. */
const LEGEND_LABEL_PX = 330;

/** What vega takes for the width of a letter where nothing can measure it: 0.8 of the size. */
const LEGEND_LETTER_PX = 0.8 * 12;

const config: Config = {
  font: FONT_FAMILY,
  locale: { number: { decimal: '.', thousands: '\u202f', grouping: [3], currency: ['', ''], percent: '\u202f%' } },
  background: 'transparent',
  aria: false, // one text for the whole picture instead of a label on each of its marks
  view: { stroke: null },
  title: { anchor: 'start', frame: 'bounds', color: chartGreys.ink, fontSize: 14, fontWeight: 600, offset: 12 },
  axis: {
    labelColor: chartGreys.label,
    labelFontSize: 11.5,
    titleColor: chartGreys.label,
    titleFontSize: 12,
    titleFontWeight: 400,
    titlePadding: 8,
    domainColor: chartGreys.axis,
    tickColor: chartGreys.axis,
    tickSize: 4,
    gridColor: chartGreys.grid,
    labelPadding: 4,
  },
  legend: {
    orient: 'top',
    title: null,
    titleColor: chartGreys.label,
    symbolOpacity: 1,
    labelColor: chartGreys.ink,
    labelFontSize: 12,
    symbolStrokeWidth: 2.5,
    symbolSize: 110,
    columnPadding: 16,
    labelLimit: LEGEND_LABEL_PX,
    offset: 6,
  },
};

/**
 * Draws a specification.
 *
 * @param idPrefix start of every id in the SVG, different for each chart that will share a page
 * @param alt what a reader who cannot see the picture is told
 * @returns an SVG element with a transparent background, the same bytes for the same arguments
 */
export async function renderSvg(spec: TopLevelSpec, idPrefix: string, alt: string): Promise<string> {
  const complete: TopLevelSpec = {
    ...spec,
    config,
    padding: { left: 0, right: 4, top: 4, bottom: 4 },
    autosize: { type: 'fit', contains: 'padding' },
  };
  const view = new View(parse(compile(complete).spec), { renderer: 'none', logLevel: errorsOnly });
  try {
    return tidySvg(await view.toSVG(), idPrefix, alt);
  } finally {
    view.finalize();
  }
}

const FILE_MARGIN_PX = 16;

/** The same picture as a file of its own: on white with a margin, as nothing is known about where it will be shown. */
export function standaloneSvg(svg: string): string {
  const framed = svg.replace(
    /width="(\d+)" height="(\d+)" viewBox="0 0 \1 \2">/,
    (_, innerWidth: string, innerHeight: string) => {
      const width = Number(innerWidth) + 2 * FILE_MARGIN_PX;
      const height = Number(innerHeight) + 2 * FILE_MARGIN_PX;
      const corner = `${-FILE_MARGIN_PX} ${-FILE_MARGIN_PX}`;
      const ground = `x="${-FILE_MARGIN_PX}" y="${-FILE_MARGIN_PX}" width="${width}" height="${height}" fill="#ffffff"`;
      return `width="${width}" height="${height}" viewBox="${corner} ${width} ${height}"><rect ${ground}/>`;
    },
  );
  return `<?xml version="1.0" encoding="utf-8"?>\n${framed}\n`;
}

// Drops what a picture without interaction does not use (half of vega's bytes) and makes ids this chart's own: vega
// numbers clip paths and gradients through the whole process, so two charts on one page would collide and the same
// chart would differ from run to run. Only tags are touched; in texts, and there alone, vega escapes < and >.
function tidySvg(raw: string, idPrefix: string, alt: string): string {
  const ids = [...raw.matchAll(/<[^>]* id="([^"]+)"/g)].map((match) => match[1]!);
  const newIds = new Map(ids.map((id, index) => [id, `${idPrefix}-${index + 1}`]));
  return raw
    .replace(/<path class="(?:background|foreground)"[^>]* d="(?:M0,0h0v0h0Z)?"[^>]*\/>/g, '')
    .replace(/<text [^>]*opacity="0"[^>]*>[^<]*<\/text>/g, '')
    .replace(/<[^>]+>/g, (tag) =>
      tag
        .replace(/ (?:class|role|aria-[a-z]+|pointer-events|version|xmlns:xlink)="[^"]*"/g, '')
        .replaceAll(' opacity="1"', '')
        .replace(/-?\d+\.\d{3,}/g, (decimal) => String(Number(Number(decimal).toFixed(2)) + 0))
        .replace(/ id="([^"]+)"/, (_, id: string) => ` id="${newIds.get(id) ?? id}"`)
        .replace(/url\(#([^)]+)\)/g, (_, id: string) => `url(#${newIds.get(id) ?? id})`),
    )
    .replace('<svg ', `<svg role="img" aria-label="${escapeHtml(alt)}" `);
}

/** A chart's title in as many lines as its width asks for. */
export function chartTitle(title: string, widthPx: number): string[] {
  const maxChars = Math.floor(widthPx / 8); // of the bold 14 px titles, on average
  const lines: string[] = [];
  for (const word of chartText(title).split(/\s+/)) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && longer.length <= maxChars) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** How many of a legend's names stand side by side: 4 at most, fewer where they would leave the chart. */
export function legendColumns(names: readonly string[], widthPx: number): number {
  const longest = names.reduce((most, name) => Math.max(most, name.length), 0);
  const entryPx = Math.min(LEGEND_LETTER_PX * longest, LEGEND_LABEL_PX) + 40; // symbol and gap
  return Math.max(1, Math.min(4, Math.floor((widthPx - AXIS_PX) / entryPx)));
}

/** Text for vega: its SVG writer escapes markup but lets characters through that XML does not allow. */
export function chartText(text: string): string {
  return withoutControls(text);
}
