import { expect, test } from 'vitest';
import { resultsIndex } from './results-index.js';

const row = { slug: 'app-b', title: 'Figure 5: b (small scale)', claim: 'a|b help.', numFinished: 3, numPlanned: 12 };

test('the first page makes the list; others follow in order, and a page’s own row is made anew', () => {
  const one = resultsIndex(undefined, row);
  expect(one).toContain('| [Figure 5: b (small scale)](app-b.md) | a\\|b help.        | 3 of 12 runs |');
  const two = resultsIndex(one, { slug: 'app-a', title: 'Table 2', claim: '', numFinished: 2, numPlanned: 2 });
  const again = resultsIndex(two, { ...row, numFinished: 12 });
  expect(again.split('\n').filter((line) => line.startsWith('| ['))).toEqual([
    '| [Table 2](app-a.md)                   |                   | 2 of 2 runs   |',
    '| [Figure 5: b (small scale)](app-b.md) | a\\|b help.        | 12 of 12 runs |',
  ]);
  expect(resultsIndex(again, { ...row, numFinished: 12 })).toBe(again);
});

test('what people wrote around the rows is kept', () => {
  const text = resultsIndex(undefined, row).replace('# Results', '# What came out').concat('\nThe end.\n');
  const after = resultsIndex(text, { ...row, numFinished: 4 });
  expect(after).toContain('# What came out');
  expect(after).toMatch(/4 of 12.*<!-- end of results -->\n\nThe end\.\n$/s);
});

test('rows that people wrote are kept, whatever their links', () => {
  const mine = '| [By hand](../other/x.md) | c\\|d | done |\n| no link | | |\n\n<!-- end';
  const text = resultsIndex(undefined, row).replace('\n<!-- end', mine);
  const lines = resultsIndex(text, row).split('\n');
  expect(lines.filter((line) => line.startsWith('| ')).map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
    '| experiment | claimed, or asked | state |',
    expect.stringContaining('---'),
    '| [By hand](../other/x.md) | c\\|d | done |',
    '| [Figure 5: b (small scale)](app-b.md) | a\\|b help. | 3 of 12 runs |',
    '| no link | | |',
  ]);
});

test('a list that has lost its marks gets rows at its end', () => {
  expect(resultsIndex('# Mine\n', row)).toMatch(
    /^# Mine\n\n<!-- results -->\n\n\| experiment .*<!-- end of results -->\n$/s,
  );
});
