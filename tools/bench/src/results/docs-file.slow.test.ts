// The program's share of docs/benchmarks.md, in pages of all shapes: what people wrote stays, or nothing is written.
import fc from 'fast-check';
import { DataError } from 'training-kit/errors';
import { expect, inject, test } from 'vitest';
import { sections } from '../workers/workload.js';
import { blockNames, withResult } from './docs-file.js';
import { marksOf, readBlock } from './marked-block.js';
import type { BenchResult } from './result.js';
import { curvesMarkdown, sectionMarkdown } from './result-markdown.js';

const numCases = 25_000 * inject('casesFactor');

const measured: fc.Arbitrary<BenchResult> = fc
  .record({ sections: fc.subarray([...sections]), hasCurves: fc.boolean(), title: fc.string({ unit: 'grapheme' }) })
  .map(({ sections, hasCurves, title }) => ({
    startedAt: '2026-01-31T10:00:00.000Z',
    command: 'npx nx run bench:compare',
    git: null,
    system: { cpu: 'Some CPU', numCores: 2, memoryBytes: 2 ** 33, os: 'Linux', node: '20.19.0' },
    loadAtStart: 0,
    sizes: { M: 174_400 },
    facts: {},
    tables: sections.map((section) => ({ section, title, unit: 'ms', rows: [] })),
    leftOut: [],
    isComplete: true,
    curves: hasCurves ? [{ title, xLabel: 'N', unit: 'ms', series: [] }] : [],
  }));

/** Text of people: anything, and pieces of marks. */
const prose = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\n', '\r\n', '# Page\n', '<!-- bench:begin step', 'bench:end step -->', '$&', '$1', '<!--'),
);
const block = (name: string) => fc.tuple(prose, prose).map(([before, inside]) => `${before}${marksOf(name).begin}${inside}${marksOf(name).end}`); // prettier-ignore
const brokenBlock = fc
  .tuple(fc.constantFrom(...blockNames), fc.constantFrom('begin', 'end'), prose)
  .map(([name, which, text]) => marksOf(name)[which] + text);
/** All blocks in some order; now and then one is missing, or a mark too many. */
const page = fc
  .tuple(
    fc.shuffledSubarray([...blockNames], { minLength: blockNames.length - 1 }),
    fc.tuple(...blockNames.map(block)),
    fc.option(brokenBlock, { freq: 4 }),
    prose,
  )
  .map(([order, blocks, broken, last]) => order.map((name) => blocks[blockNames.indexOf(name)]!).join('') + (broken ?? '') + last); // prettier-ignore

/** The page without what stands in the blocks `names`. */
function around(text: string, names: readonly string[]): string {
  return names.reduce((rest, name) => {
    const { begin, end } = marksOf(name);
    return rest.slice(0, rest.indexOf(begin) + begin.length) + rest.slice(rest.indexOf(end));
  }, text);
}

test(`${numCases} pages: the blocks are rewritten and nothing else is, or nothing at all`, () => {
  let numWritten = 0;
  const property = fc.property(page, measured, (before, result) => {
    const contents = blockNames
      .map((name) => ({
        name,
        content: name === 'curves' ? curvesMarkdown(result) : sectionMarkdown(result, name),
      }))
      .filter(({ content }) => content !== undefined);
    let after: string;
    try {
      after = withResult(before, result, 'page.md');
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      expect(error.message).toMatch(
        /^page.md has no place for the block '\w+'\. Expected these two lines, once and in this order:/,
      );
      return;
    }
    numWritten++;
    const names = contents.map(({ name }) => name);
    expect(around(after, names)).toBe(around(before, names));
    for (const { name, content } of contents) expect(readBlock(after, name, 'page.md')).toBe(content);
    expect(withResult(after, result, 'page.md')).toBe(after);
  });
  fc.assert(property, { seed: 81, numRuns: numCases });
  console.log(`${numCases} cases, ${numWritten} were written`);
  expect(numWritten).toBeGreaterThan(numCases / 4);
});
