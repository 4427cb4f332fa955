// A report's sections as Markdown: for a page that stands in a repository, its charts in files beside it.
import { drawChart } from '../report/charts/charts.js';
import { standaloneSvg } from '../report/charts/render-chart.js';
import type { ChartsSection, Section, TableSection } from '../report/content.js';
import { formatValue, withoutControls } from '../report/html.js';

/** A picture that a page shows. */
export interface PictureFile {
  readonly name: string;
  readonly svg: string;
}

export interface Markdown {
  /** Without a line's end behind the last one. */
  readonly text: string;
  readonly pictures: readonly PictureFile[];
}

/**
 * A section under a heading of the second level.
 *
 * @param pictureName for each chart's file, by its number in the section, from 1, and its title
 * @throws RangeError for pictures of other kinds than charts: they have no file
 */
export async function sectionMarkdown(
  section: Section,
  pictureName: (index: number, title: string) => string,
): Promise<Markdown> {
  const parts = [`## ${escapeMarkdown(section.title)}`];
  if (section.note !== undefined) parts.push(escapeMarkdown(section.note));
  const pictures: PictureFile[] = [];
  switch (section.kind) {
    case 'charts': {
      const drawn = await chartsMarkdown(section, pictureName);
      parts.push(drawn.text);
      pictures.push(...drawn.pictures);
      break;
    }
    case 'table':
      parts.push(tableMarkdown(section));
      if (section.caption !== undefined) parts.push(escapeMarkdown(section.caption));
      break;
    case 'facts':
      parts.push(
        section.facts.map(({ name, value }) => `- ${escapeMarkdown(`${name}: ${formatValue(value)}`)}`).join('\n'),
      );
      break;
    case 'text':
      parts.push(...section.paragraphs.map(escapeMarkdown));
      break;
    case 'images':
    case 'filters':
      throw new RangeError(`Section "${section.title}" is of kind ${section.kind}, which no Markdown page can show.`);
  }
  return { text: parts.filter((part) => part !== '').join('\n\n'), pictures };
}

async function chartsMarkdown(
  { charts }: ChartsSection,
  pictureName: (index: number, title: string) => string,
): Promise<Markdown> {
  const parts: string[] = [];
  const pictures: PictureFile[] = [];
  for (const [index, chart] of charts.entries()) {
    const { title, svgs, notes, alt } = await drawChart(chart, `chart-${index + 1}`, charts.length === 1);
    const [svg] = svgs;
    if (svg === undefined) continue;
    const name = pictureName(index + 1, title);
    pictures.push({ name, svg: standaloneSvg(svg) });
    parts.push(`![${escapeMarkdown(alt)}](${name})`, ...notes.map(escapeMarkdown));
  }
  return { text: parts.length === 0 ? 'Nothing to draw yet.' : parts.join('\n\n'), pictures };
}

function tableMarkdown({ columns, rows }: TableSection): string {
  if (rows.length === 0) return 'No rows yet.';
  const isRight = (column: number): boolean => columns[column]?.align === 'right';
  const heads = columns.map(({ name }) => escapeMarkdown(name));
  const cells = rows.map((row) => row.map((cell) => (cell === null ? '' : escapeMarkdown(formatValue(cell)))));
  return tableLines(heads, cells, isRight);
}

/** Cells are Markdown already. */
export function tableLines(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  isRight: (column: number) => boolean = () => false,
): string {
  const widths = heads.map((head, column) => Math.max(3, head.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const padded = (row: readonly string[]): string[] =>
    row.map((cell, column) => (isRight(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)));
  const rule = widths.map((width, column) => (isRight(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [padded(heads), rule, ...rows.map(padded)].map(line).join('\n');
}

/** On one line, each sign standing for itself. */
export function escapeMarkdown(text: string): string {
  return withoutControls(text)
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]|~$]/g, (sign) => `\\${sign}`) // GitHub takes what is between two $ for a formula
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/^(?=#|>|=|[+-](?:\s|$)|--)/, '\\');
}
