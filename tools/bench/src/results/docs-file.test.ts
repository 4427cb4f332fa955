import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { result } from '../../test/sample-result.js';
import { updateDocs, withResult } from './docs-file.js';
import { marksOf, readBlock } from './marked-block.js';

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
