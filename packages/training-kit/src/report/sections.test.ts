import { expect, test } from 'vitest';
import type { Section } from './content.js';
import { sectionHtml } from './sections.js';

const pixels = { data: new Uint8Array(12), width: 2, height: 2, channels: 3 } as const;
const table: Section = {
  kind: 'table',
  title: 'Parameters',
  columns: [{ name: 'part' }, { name: 'count', align: 'right' }, { name: 'paper', isPaper: true }],
  rows: [
    ['ring', 11173962, null],
    ['total', 11173962, '11.2 M'],
  ],
  highlightedRow: 1,
};
const images: Section = {
  kind: 'images',
  title: 'Samples',
  images: [
    { pixels, caption: 'a', status: 'right', probabilities: [{ label: 'cat', value: 0.875 }] },
    { pixels, caption: 'b', status: 'wrong', probabilities: [{ label: 'n', value: NaN }] },
    { pixels, caption: 'c', status: 'neutral' },
  ],
};

async function htmlOf(section: Section): Promise<string> {
  return (await sectionHtml(section, 's')).html;
}

test('tables have scoped headers, aligned numbers and a stressed row', async () => {
  const html = await htmlOf(table);
  expect(html).toContain('<th scope="col" class="number">count</th>');
  expect(html).toContain('<th scope="col" class="paper-column">paper</th>');
  expect(html).toContain('<tr class="stress"><th scope="row">total</th><td class="number">11\u202f173\u202f962</td>');
});

test('images say right and wrong in words, with bars for probabilities', async () => {
  const html = await htmlOf(images);
  expect(html).toContain('<span class="status right">✓ right</span>');
  expect(html).toContain('<span class="status wrong">✗ wrong</span>');
  expect(html.match(/class="status/g)).toHaveLength(2);
  expect(html).toContain('<span>88\u202f%</span><span class="track"><i style="width:87.5%"></i></span>');
  expect(html).toContain('<span>NaN</span><span class="track"><i style="width:0.0%"></i></span>');
  expect(html).toContain('alt="c" class="crisp"');
});

test('filters, facts and text', async () => {
  const html = (
    await Promise.all([
      htmlOf({ kind: 'filters', title: 'Filters', values: [1, 2, NaN], shape: [1, 1, 3, 1] }),
      htmlOf({ kind: 'facts', title: 'System', facts: [{ name: 'threads', value: 2 }] }),
      htmlOf({ kind: 'text', title: 'Words', paragraphs: ['one', 'two'] }),
    ])
  ).join('\n');
  expect(html).toContain('alt="1 filter of 1 × 1 × 3"');
  expect(html).toContain('1 value not finite, drawn mid grey.');
  expect(html).toContain('<dt>threads</dt><dd>2</dd>');
  expect(html).toContain('<p>one</p>\n<p>two</p>');
});

test.each<[Section, string]>([
  [{ kind: 'charts', title: 't', charts: [] }, 'No charts.'],
  [
    { kind: 'charts', title: 't', charts: [{ kind: 'confusion', title: 'Test set', classNames: [], counts: [] }] },
    'Test set: nothing to draw.',
  ],
  [{ kind: 'table', title: 't', columns: [{ name: 'a' }], rows: [] }, 'No rows.'],
  [{ kind: 'images', title: 't', images: [] }, 'No images.'],
  [{ kind: 'filters', title: 't', values: [], shape: [3, 3, 3, 0] }, 'No filters.'],
  [{ kind: 'facts', title: 't', facts: [] }, 'No facts.'],
  [{ kind: 'text', title: 't', paragraphs: [] }, 'No text.'],
])('an empty section says so: %#', async (section, message) => {
  expect(await htmlOf(section)).toContain(`<p class="empty">${message}</p>`);
});
