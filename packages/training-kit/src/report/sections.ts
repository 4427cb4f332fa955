// One function for each kind of section: data in, HTML out.
import { drawChart, type DrawnChart } from './charts/charts.js';
import type {
  ChartsSection,
  FactsSection,
  FiltersSection,
  GalleryImage,
  ImagesSection,
  Section,
  SummaryCard,
  TableSection,
  TextSection,
} from './content.js';
import { countOf, escapeHtml, formatNumber, formatValue } from './html.js';
import { toFilterSheet, toInlineImage } from './image-sheet.js';

/** A chart as a file of its own. */
export interface ChartFile {
  title: string;
  svg: string;
}

/** A section's inner HTML, and its charts for files beside the page. */
export interface SectionHtml {
  html: string;
  charts: ChartFile[];
}

export function summaryHtml(cards: readonly SummaryCard[]): string {
  if (cards.length === 0) return '';
  const aside = (text: string | undefined) => (text === undefined ? '' : `<dd class="aside">${escapeHtml(text)}</dd>`);
  const items = cards.map(({ label, value, note, paper }) => {
    const besides = paper === undefined ? '' : `<dd class="aside paper">paper: ${escapeHtml(formatValue(paper))}</dd>`;
    return (
      `<div class="card"><dt>${escapeHtml(label)}</dt><dd class="value">${escapeHtml(formatValue(value))}</dd>` +
      `${aside(note)}${besides}</div>`
    );
  });
  return `<dl class="cards">\n${items.join('\n')}\n</dl>`;
}

/** @param id unique on the page; the ids inside the section's charts start with it */
export async function sectionHtml(section: Section, id: string): Promise<SectionHtml> {
  const heading = `<h2 id="${id}">${escapeHtml(section.title)}</h2>`;
  const note = section.note === undefined ? '' : `<p class="note">${escapeHtml(section.note)}</p>`;
  const { html, charts } = await contentHtml(section, id);
  return { html: `<section aria-labelledby="${id}">\n${heading}\n${note}${html}\n</section>`, charts };
}

async function contentHtml(section: Section, id: string): Promise<SectionHtml> {
  const withoutCharts = (html: string): SectionHtml => ({ html, charts: [] });
  switch (section.kind) {
    case 'charts':
      return chartsHtml(section, id);
    case 'table':
      return withoutCharts(tableHtml(section));
    case 'images':
      return withoutCharts(await galleryHtml(section));
    case 'filters':
      return withoutCharts(await filtersHtml(section));
    case 'facts':
      return withoutCharts(factsHtml(section));
    case 'text':
      return withoutCharts(textHtml(section));
    default:
      throw new TypeError(
        `Unknown section kind "${String((section satisfies never as { kind: unknown }).kind)}"; ` +
          'expected charts, table, images, filters, facts or text.',
      );
  }
}

function emptyHtml(what: string): string {
  return `<p class="empty">${escapeHtml(what)}</p>`;
}

async function chartsHtml(section: ChartsSection, id: string): Promise<SectionHtml> {
  if (section.charts.length === 0) return { html: emptyHtml('No charts.'), charts: [] };
  const drawn: DrawnChart[] = [];
  for (const [index, chart] of section.charts.entries()) {
    drawn.push(await drawChart(chart, `${id}-chart-${index + 1}`, section.charts.length === 1));
  }
  return {
    html: `<div class="charts">\n${drawn.map(figureHtml).join('\n')}\n</div>`,
    charts: drawn.flatMap(({ title, svgs }) => svgs.slice(0, 1).map((svg) => ({ title, svg }))),
  };
}

function figureHtml({ title, svgs, notes, listing }: DrawnChart): string {
  const pictures =
    svgs.length === 0
      ? [emptyHtml(`${title}: nothing to draw.`)]
      : svgs.length === 1
        ? svgs
        : svgs.map((svg, index) => svg.replace('<svg ', `<svg class="${index === 0 ? 'wide' : 'narrow'}" `));
  const list =
    listing === undefined
      ? ''
      : `<h3>${escapeHtml(listing.title)}</h3>` +
        `<ol>${listing.lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ol>`;
  const caption = list + notes.map((line) => `<p>${escapeHtml(line)}</p>`).join('');
  return (
    `<figure class="chart${listing === undefined ? '' : ' with-list'}"><div>${pictures.join('\n')}</div>` +
    `${caption === '' ? '' : `<figcaption>${caption}</figcaption>`}</figure>`
  );
}

function tableHtml({ title, columns, rows, caption, highlightedRow }: TableSection): string {
  const misfit = rows.findIndex((row) => row.length !== columns.length);
  if (misfit >= 0) {
    throw new RangeError(
      `Table "${title}": row ${misfit} has ${rows[misfit]!.length} cells, expected ${columns.length} (one a column).`,
    );
  }
  if (rows.length === 0) return emptyHtml('No rows.');
  const classOf = (index: number) => {
    const names = [
      ...(columns[index]!.align === 'right' ? ['number'] : []),
      ...(columns[index]!.isPaper ? ['paper-column'] : []),
    ];
    return names.length === 0 ? '' : ` class="${names.join(' ')}"`;
  };
  const head = columns.map((column, index) => `<th scope="col"${classOf(index)}>${escapeHtml(column.name)}</th>`);
  const body = rows.map((row, rowIndex) => {
    const cells = row.map((cell, index) => {
      const text = cell === null ? '' : escapeHtml(formatValue(cell));
      return index === 0 ? `<th scope="row"${classOf(index)}>${text}</th>` : `<td${classOf(index)}>${text}</td>`;
    });
    return `<tr${rowIndex === highlightedRow ? ' class="stress"' : ''}>${cells.join('')}</tr>`;
  });
  const label = escapeHtml(caption ?? title);
  // Focusable, so that a table wider than the screen can be scrolled from the keyboard.
  return (
    `<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table>\n` +
    (caption === undefined ? '' : `<caption>${escapeHtml(caption)}</caption>\n`) +
    `<thead><tr>${head.join('')}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table></div>`
  );
}

async function galleryHtml({ images }: ImagesSection): Promise<string> {
  if (images.length === 0) return emptyHtml('No images.');
  const items: string[] = [];
  for (const image of images) items.push(await galleryItemHtml(image));
  const isLarge = images.some(({ pixels }) => Math.max(pixels.width, pixels.height) > 160);
  return `<ul class="gallery${isLarge ? ' large' : ''}">\n${items.join('\n')}\n</ul>`;
}

async function galleryItemHtml({ pixels, caption, status, probabilities }: GalleryImage): Promise<string> {
  const { dataUri, width, height, isEnlarged } = await toInlineImage(pixels);
  const marks = { right: '✓ right', wrong: '✗ wrong', neutral: '' };
  const mark = marks[status ?? 'neutral'];
  const bars = (probabilities ?? []).map(({ label, value }) => {
    const share = Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0;
    const text = Number.isFinite(value)
      ? `${(value * 100).toFixed(value > 0.0995 ? 0 : 1)}\u202f%`
      : formatNumber(value);
    return (
      `<li><span>${escapeHtml(label)}</span><span>${text}</span>` +
      `<span class="track"><i style="width:${(share * 100).toFixed(1)}%"></i></span></li>`
    );
  });
  return (
    `<li><figure><img src="${dataUri}" width="${width}" height="${height}" alt="${escapeHtml(caption)}"` +
    `${isEnlarged ? ' class="crisp"' : ''}><figcaption>` +
    (mark === '' ? '' : `<span class="status ${status ?? ''}">${mark}</span>`) +
    `${escapeHtml(caption)}${bars.length === 0 ? '' : `<ul class="probabilities">${bars.join('')}</ul>`}` +
    '</figcaption></figure></li>'
  );
}

async function filtersHtml(section: FiltersSection): Promise<string> {
  if (section.shape.includes(0)) return emptyHtml('No filters.');
  const { image, numNonFinite } = await toFilterSheet(section);
  const [height, width, channels, numFilters] = section.shape;
  const alt = `${countOf(numFilters, 'filter')} of ${height} × ${width} × ${channels}`;
  const note =
    numNonFinite === 0 ? '' : `<p class="note">${countOf(numNonFinite, 'value')} not finite, drawn mid grey.</p>`;
  return (
    `<img class="sheet crisp" src="${image.dataUri}" width="${image.width}" height="${image.height}" ` +
    `alt="${escapeHtml(alt)}">${note}`
  );
}

function factsHtml({ facts }: FactsSection): string {
  if (facts.length === 0) return emptyHtml('No facts.');
  const items = facts.map(
    ({ name, value }) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(formatValue(value))}</dd>`,
  );
  return `<dl class="facts">\n${items.join('\n')}\n</dl>`;
}

function textHtml({ paragraphs }: TextSection): string {
  if (paragraphs.length === 0) return emptyHtml('No text.');
  return paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('\n');
}
