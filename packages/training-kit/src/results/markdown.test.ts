import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeMarkdown, sectionMarkdown, tableLines } from './markdown.js';

const name = (index: number, title: string): string => `p-${index}-${title}.svg`;
const textOf = async (section: Parameters<typeof sectionMarkdown>[0]): Promise<string> =>
  (await sectionMarkdown(section, name)).text;

test('a table stands with its columns below each other, numbers at the right', async () => {
  const text = await textOf({
    kind: 'table',
    title: 'Accuracy',
    note: 'In %.',
    columns: [{ name: 'ring' }, { name: 'top-1', align: 'right' }],
    rows: [
      ['a|b', 0.5],
      ['long name', null],
    ],
  });
  expect(text).toBe(
    [
      '## Accuracy',
      '',
      'In %.',
      '',
      '| ring      | top-1 |',
      '| --------- | ----: |',
      '| a\\|b      |   0.5 |',
      '| long name |       |',
    ].join('\n'),
  );
});

test('text and facts', async () => {
  await expect(textOf({ kind: 'text', title: 'T', paragraphs: ['One.', '# two'] })).resolves.toBe(
    '## T\n\nOne.\n\n\\# two',
  );
  await expect(textOf({ kind: 'facts', title: 'F', facts: [{ name: 'N', value: 1234 }] })).resolves.toBe(
    '## F\n\n- N: 1\u202f234',
  );
  await expect(textOf({ kind: 'table', title: 'E', columns: [{ name: 'a' }], rows: [] })).resolves.toBe(
    '## E\n\nNo rows yet.',
  );
});

test('a chart becomes a file that stands alone, and a picture with its words', async () => {
  const { text, pictures } = await sectionMarkdown(
    {
      kind: 'charts',
      title: 'C',
      charts: [
        {
          kind: 'scatter',
          title: 'points',
          x: { label: 'N' },
          y: { label: 'top-1' },
          points: [
            { x: 1, y: 2 },
            { x: 2, y: 3 },
          ],
        },
      ],
    },
    name,
  );
  expect(pictures).toHaveLength(1);
  expect(pictures[0]!.name).toBe('p-1-points.svg');
  expect(pictures[0]!.svg).toMatch(/^<\?xml .*\n<svg .*fill="#ffffff"/);
  expect(text).toMatch(/^## C\n\n!\[.+\]\(p-1-points\.svg\)/);
});

test('pictures without a file are refused', async () => {
  await expect(textOf({ kind: 'images', title: 'I', images: [] })).rejects.toThrow(
    'Section "I" is of kind images, which no Markdown page can show.',
  );
});

test.each([
  ['a*b_c', 'a\\*b\\_c'],
  ['<script>&', '&lt;script>&amp;'],
  ['[x](y)', '\\[x\\](y)'],
  ['1. x', '1\\. x'],
  ['- x', '\\- x'],
  ['-5', '-5'],
  ['## x', '\\## x'],
  ['>x', '\\>x'],
  ['---', '\\---'],
  ['===', '\\==='],
  ['$5 and $6', '\\$5 and \\$6'],
  ['two\n lines', 'two lines'],
])('%j is written %j', (text, written) => {
  expect(escapeMarkdown(text)).toBe(written);
});

test('whatever the cells hold, a table has a line a row, all of the same number of cells', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string()), { minLength: 1, maxLength: 5 }),
      (rows) => {
        const cells = rows.map((row) => row.map(escapeMarkdown));
        const lines = tableLines(['a', 'b'], cells).split('\n');
        expect(lines).toHaveLength(rows.length + 2);
        for (const line of lines) expect(line.replaceAll(/\\./gs, '').split('|')).toHaveLength(4);
      },
    ),
  );
});
