// A report on disk: one page that needs nothing else, and its charts once more as files for papers and slides.
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { slugOf } from '../words/slug.js';
import { standaloneSvg } from './charts/render-chart.js';
import type { ReportContent } from './content.js';
import { escapeHtml, pageFrame } from './html.js';
import { type ChartFile, sectionHtml, summaryHtml } from './sections.js';

/** From this many sections on, a list of contents is worth its place. */
const MIN_SECTIONS_FOR_CONTENTS = 4;

/**
 * Writes `report.html`, which loads nothing from anywhere, and `charts/*.svg` into a folder, making it if need be.
 * The same content gives the same bytes. Each file appears whole or not at all; charts come before the page.
 *
 * @returns the paths written: the page's and the charts', in the order of the page
 * @throws RangeError or TypeError when the content's parts do not fit together; nothing is written then
 */
export async function writeReport(folder: string, report: ReportContent): Promise<{ html: string; svgs: string[] }> {
  const { html, charts } = await renderReport(report);
  const chartFolder = path.join(folder, 'charts');
  await mkdir(charts.length > 0 ? chartFolder : folder, { recursive: true });
  const svgs: string[] = [];
  for (const [index, { title, svg }] of charts.entries()) {
    const file = path.join(chartFolder, chartFileName(index, title));
    await writeWhole(file, standaloneSvg(svg));
    svgs.push(file);
  }
  const page = path.join(folder, 'report.html');
  await writeWhole(page, html);
  return { html: page, svgs };
}

async function renderReport(report: ReportContent): Promise<{ html: string; charts: ChartFile[] }> {
  const sections: string[] = [];
  const charts: ChartFile[] = [];
  for (const [index, section] of report.sections.entries()) {
    const rendered = await sectionHtml(section, sectionId(index));
    sections.push(rendered.html);
    charts.push(...rendered.charts);
  }
  const header =
    `<header>\n<h1>${escapeHtml(report.title)}</h1>\n<p class="subtitle">${escapeHtml(report.subtitle)}</p>\n` +
    `${contentsHtml(report)}</header>`;
  const body = `${header}\n<main>\n${summaryHtml(report.summary)}\n${sections.join('\n')}\n</main>`;
  return { html: pageFrame(report.title, body), charts };
}

function sectionId(index: number): string {
  return `section-${index + 1}`;
}

function contentsHtml({ sections }: ReportContent): string {
  if (sections.length < MIN_SECTIONS_FOR_CONTENTS) return '';
  const items = sections.map(({ title }, index) => `<li><a href="#${sectionId(index)}">${escapeHtml(title)}</a></li>`);
  return `<nav class="contents" aria-label="Contents"><ul>${items.join('')}</ul></nav>\n`;
}

/** "03-validation-loss.svg": the number keeps names unique, the title makes them readable. */
function chartFileName(index: number, title: string): string {
  return `${String(index + 1).padStart(2, '0')}-${slugOf(title, 60, 'chart')}.svg`;
}

async function writeWhole(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
