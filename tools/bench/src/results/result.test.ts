import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { curveOf, curvePlans } from '../curves.js';
import type { Measurement } from '../measure.js';
import { type Sizes, stepComparison } from '../workers/contestants.js';
import { updateDocs, withResult } from './docs-file.js';
import { marksOf, readBlock } from './marked-block.js';
import { type BenchResult, checkAgreement, tableOf } from './result.js';
import { figure } from './result-markdown.js';
import { resultReport } from './result-report.js';

const sizes: Sizes = { width: 8, ringSize: 1000, batchSize: 8, imageSize: 32, threads: 1 };
const comparison = stepComparison(sizes, 'float32');

/** Each contestant takes 2, 4 and 6 times `factor` ms. */
function measurement(name: string, factor: number, values = [4.6, 4.5]): Measurement {
  const contestant = comparison.contestants.find((each) => each.name === name)!;
  const times = [2, 4, 6].map((time) => factor * time);
  return { contestant, times, values, numParameters: 27_916, peakRssBytes: 3e8, facts: { threads: 1 } };
}

const measurements = [
  measurement('ours/plain/float32', 1),
  measurement('ours/ring/float32', 1.5),
  measurement('torch/plain/float32/eager', 2),
  measurement('torch/ring/float32/eager', 6),
];
const table = tableOf(comparison, measurements);

const result: BenchResult = {
  startedAt: '2026-01-31T10:00:00.000Z',
  command: 'npx nx run bench:compare -- --only step',
  git: { commit: '0123456789abcdef', isDirty: false },
  system: { cpu: 'Some CPU', numCores: 2, memoryBytes: 8 * 2 ** 30, os: 'Linux 6.1 x64', node: '20.19.0' },
  loadAtStart: 0.05,
  sizes: { M: 174_400, N: 1000 },
  facts: { ours: { tensorflow: '2.21.0', threads: 1 }, torch: { torch: '2.15.0', threads: 1 } },
  tables: [table],
  curves: [],
  leftOut: [],
  isComplete: true,
};

test('ratios are to our time for the same network, and to the plain network of the same side', () => {
  const ratios = table.rows.map(({ name, toOurs, toPlain }) => [name, toOurs, toPlain]);
  expect(ratios).toEqual([
    ['ours/plain/float32', 1, null],
    ['ours/ring/float32', 1, 1.5],
    ['torch/plain/float32/eager', 2, null],
    ['torch/ring/float32/eager', 4, 3],
  ]);
  expect(table.rows[0]?.spread.median).toBe(4);
});

test('contestants that compute something else are named', () => {
  checkAgreement(measurements, 2);
  const base = measurements[0]!;
  expect(() => {
    checkAgreement([base, measurement('torch/plain/float32/eager', 1, [4.7, 4.5])]);
  }).toThrow(/^torch\/plain\/float32\/eager computes 4\.7 at step 1, ours\/plain\/float32 4\.6; expected a relative/);
  expect(() => {
    checkAgreement([base, measurement('torch/plain/float32/eager', 1, [4.6, NaN])], 2);
  }).toThrow('computes NaN at step 2');
  expect(() => {
    checkAgreement([base, { ...measurement('torch/plain/float32/eager', 1), numParameters: 1 }]);
  }).toThrow('torch/plain/float32/eager has 1 parameters, ours/plain/float32 27916');
});

test('the documents get the table as the formatter lays it out; other blocks stay', async () => {
  const page = ['step', 'generate'].map((name) => `${marksOf(name).begin}\n\nold\n\n${marksOf(name).end}\n`).join('\n');
  const written = withResult(page, result, 'page.md');
  expect(readBlock(written, 'generate', 'page.md')).toBe('old');
  const block = readBlock(written, 'step', 'page.md');
  expect(block).toContain('| torch/ring/float32/eager  |   24.0 | 12.0 – 36.0 | 12.0 |   4.00 |    3.00 |     300 |');
  expect(block).toContain('- 2026-01-31, commit 0123456; Some CPU, 8 GiB, Linux 6.1 x64; load at start 0.05.');
  expect(withResult(written, result, 'page.md')).toBe(written);
  const style = await resolveConfig(import.meta.filename);
  expect(await check(written, { ...style, parser: 'markdown' })).toBe(true);
});

test('a document that is not there, or lacks the marks, is told of', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-docs-'));
  try {
    const file = join(folder, 'benchmarks.md');
    await expect(updateDocs(file, result)).rejects.toThrow(/^Cannot read .*Start from the workspace's root folder/);
    await writeFile(file, '# Benchmarks\n');
    await expect(updateDocs(file, result)).rejects.toThrow('has no place for the block');
    expect(await readFile(file, 'utf8')).toBe('# Benchmarks\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('figures have three digits', () => {
  expect([2119.4, 15.26, 0.734, 0, NaN].map(figure)).toEqual(['2,119', '15.3', '0.734', '0', '–']);
});

test('curves keep within the sizes asked for, without what is compiled, and join their points', () => {
  const plans = curvePlans(sizes, (width) => 100 * width * width, ['ours', 'eager']);
  const all = plans.flatMap(({ points }) => points.map((point) => point.comparison));
  expect(all.flatMap(({ contestants }) => contestants).some(({ isCompiled }) => isCompiled)).toBe(false);
  expect(plans.find(({ xLabel }) => xLabel === 'N')?.points.map(({ x }) => x)).toEqual([25, 100, 400, 1600, 6400]);
  expect(plans.find(({ xLabel }) => xLabel === 'threads')?.points.map(({ x }) => x)).toEqual([1]);
  expect(curvePlans(sizes, () => 100, ['none'])).toEqual([]);

  const half = { ...table, rows: table.rows.slice(0, 1) };
  const curve = curveOf({ title: 'Step', xLabel: 'batch' }, [{ x: 8, table }, { x: 16, table: half }]); // prettier-ignore
  expect(curve.series.map(({ x }) => x)).toEqual([[8, 16], [8], [8], [8]]);
  expect(resultReport({ ...result, curves: [curve] }).sections.map(({ title }) => title)).toEqual([
    'Training step, float32',
    'Training step, float32: figures',
    'How times grow',
    'Conditions',
  ]);
});
