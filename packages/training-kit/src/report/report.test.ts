import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ReportContent, Section } from './content.js';
import { writeReport } from './report.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'report-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const HOSTILE = `</p><script>alert("1")</script><img src=x onerror='a&b'>`;
const pixels = { data: new Uint8Array(12), width: 2, height: 2, channels: 3 } as const;
const sections: Record<Section['kind'], Section> = {
  charts: {
    kind: 'charts',
    title: `Charts ${HOSTILE}`,
    charts: [
      {
        kind: 'lines',
        title: `Loss ${HOSTILE}`,
        x: { label: 'step' },
        y: { label: 'loss' },
        series: [{ name: HOSTILE, x: [1, 2], y: [1, 0] }],
      },
      { kind: 'confusion', title: 'Classes', classNames: [HOSTILE, 'b'], counts: [1, 2, 3, 4] },
    ],
  },
  table: {
    kind: 'table',
    title: 'Parameters',
    caption: HOSTILE,
    columns: [{ name: HOSTILE }, { name: 'count', align: 'right' }, { name: 'paper', isPaper: true }],
    rows: [
      [HOSTILE, 11173962, null],
      ['total', 11173962, '11.2 M'],
    ],
    highlightedRow: 1,
  },
  images: {
    kind: 'images',
    title: 'Samples',
    images: [
      { pixels, caption: HOSTILE, status: 'right', probabilities: [{ label: HOSTILE, value: 0.875 }] },
      { pixels, caption: 'b', status: 'wrong', probabilities: [{ label: 'n', value: NaN }] },
      { pixels, caption: 'c', status: 'neutral' },
    ],
  },
  filters: { kind: 'filters', title: 'Filters', note: HOSTILE, values: [1, 2, NaN], shape: [1, 1, 3, 1] },
  facts: { kind: 'facts', title: 'System', facts: [{ name: HOSTILE, value: HOSTILE }] },
  text: { kind: 'text', title: 'Words', paragraphs: [HOSTILE, 'second'] },
};
const content: ReportContent = {
  title: `Report ${HOSTILE}`,
  subtitle: HOSTILE,
  summary: [{ label: HOSTILE, value: 0.864, note: HOSTILE, paper: 0.881 }],
  sections: Object.values(sections),
};

async function htmlOf(...parts: Section[]): Promise<string> {
  const { html } = await writeReport(folder, { title: 't', subtitle: 's', summary: [], sections: parts });
  return readFile(html, 'utf8');
}

test('writes the page and its charts, and nothing besides', async () => {
  const written = await writeReport(path.join(folder, 'new', 'folder'), content);
  const root = path.join(folder, 'new', 'folder');
  expect(written.html).toBe(path.join(root, 'report.html'));
  expect(written.svgs.map((file) => path.relative(root, file))).toEqual([
    path.join('charts', '01-loss-p-script-alert-1-script-img-src-x-onerror-a-b.svg'),
    path.join('charts', '02-classes.svg'),
  ]);
  expect(await readdir(root)).toEqual(['charts', 'report.html']);
  expect(await readdir(path.join(root, 'charts'))).toHaveLength(2);
  for (const file of written.svgs) expect((await sharp(file).metadata()).format).toBe('svg');
});

test('the same content gives the same bytes', async () => {
  const read = async () => {
    const { html, svgs } = await writeReport(folder, content);
    return Promise.all([html, ...svgs].map((file) => readFile(file, 'utf8')));
  };
  expect(await read()).toEqual(await read());
});

test('asks nothing of anyone: no address, no script, no file', async () => {
  const { html, svgs } = await writeReport(folder, content);
  for (const file of [html, ...svgs]) {
    const text = (await readFile(file, 'utf8'))
      .replaceAll('xmlns="http://www.w3.org/2000/svg"', '')
      .replaceAll(/base64,[\w+/=]+/g, 'base64,');
    const tags = (text.match(/<[^>]*>/g) ?? []).map((tag) => tag.replaceAll(/"[^"]*"/g, '""')).join('\n');
    expect(text).not.toMatch(/https?:|\/\/[a-z]|@import/i);
    expect(tags).not.toMatch(/<(?:script|link|iframe|object|embed|base)| on[a-z]+=/i);
    expect(text).not.toMatch(/ (?:src|href)="(?!data:image\/png;base64,|#section-)/);
  }
});

test('text from outside is never markup', async () => {
  const { html } = await writeReport(folder, content);
  const text = await readFile(html, 'utf8');
  expect(text).not.toContain('<img src=x');
  expect(text.match(/&lt;script&gt;/g)!.length).toBeGreaterThanOrEqual(14);
});

test('sections are headed, and listed from four on', async () => {
  const { text, facts, table } = sections;
  expect(await htmlOf(text, facts, table)).not.toContain('<nav');
  const html = await htmlOf(text, facts, table, text);
  expect(html).toContain('<nav class="contents" aria-label="Contents">');
  expect(html).toContain('<a href="#section-2">System</a>');
  expect(html).toContain('<h2 id="section-2">System</h2>');
});

test('summary cards put the paper beside ours', async () => {
  const { html } = await writeReport(folder, content);
  const text = await readFile(html, 'utf8');
  expect(text).toContain('<dd class="value">0.864</dd>');
  expect(text).toContain('<dd class="aside paper">paper: 0.881</dd>');
});

test('content that does not fit together writes nothing', async () => {
  const { table } = sections;
  const bad = { ...table, rows: [['a', 1, null], ['b']] } as Section;
  await expect(htmlOf(sections.charts, bad)).rejects.toThrow(
    new RangeError('Table "Parameters": row 1 has 1 cells, expected 3 (one a column).'),
  );
  const unknown = { kind: 'video', title: 't' } as unknown as Section;
  await expect(htmlOf(unknown)).rejects.toThrow(
    new TypeError('Unknown section kind "video"; expected charts, table, images, filters, facts or text.'),
  );
  expect(await readdir(folder)).toEqual([]);
});
