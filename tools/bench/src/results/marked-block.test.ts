import fc from 'fast-check';
import { expect, test } from 'vitest';
import { marksOf, readBlock, replaceBlock } from './marked-block.js';

const PAGE = '# Page\n\n<!-- bench:begin step -->\n<!-- bench:end step -->\n\nBy a person.\n';

test('a block is written between its marks and nothing else changes', () => {
  const written = replaceBlock(PAGE, 'step', '| a |\n| - |', 'page.md');
  expect(written).toBe(
    '# Page\n\n<!-- bench:begin step -->\n\n| a |\n| - |\n\n<!-- bench:end step -->\n\nBy a person.\n',
  );
  expect(readBlock(written, 'step', 'page.md')).toBe('| a |\n| - |');
});

test('what was written is read back, and writing it again changes nothing', () => {
  const content = fc
    .string({ unit: 'binary' })
    .filter((text) => !text.includes('<!-- bench:') && !/^\n|\n$/.test(text));
  fc.assert(
    fc.property(content, content, (first, second) => {
      const once = replaceBlock(PAGE, 'step', first, 'page.md');
      expect(readBlock(once, 'step', 'page.md')).toBe(first);
      expect(replaceBlock(once, 'step', first, 'page.md')).toBe(once);
      expect(replaceBlock(replaceBlock(once, 'step', second, 'p'), 'step', first, 'p')).toBe(once);
    }),
  );
});

test.each([
  ['no mark', '# Page\n'],
  ['half a block', marksOf('step').begin],
  ['two blocks of one name', PAGE + PAGE],
  ['turned around', `${marksOf('step').end}\n${marksOf('step').begin}`],
  ['another name', PAGE.replaceAll('step', 'steps')],
])('%s: the error shows the lines to add', (_name, text) => {
  expect(() => replaceBlock(text, 'step', 'x', 'page.md')).toThrow(
    "page.md has no place for the block 'step'. Expected these two lines, once and in this order:\n" +
      '<!-- bench:begin step -->\n<!-- bench:end step -->',
  );
});

test('content with a mark is refused', () => {
  expect(() => replaceBlock(PAGE, 'step', '<!-- bench:end step -->', 'page.md')).toThrow(RangeError);
});
