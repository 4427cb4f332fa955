// Puts a result into docs/benchmarks.md.
import { readFile, writeFile } from 'node:fs/promises';
import { DataError, reasonOf } from 'training-kit/errors';
import { sections } from '../workers/workload.js';
import { replaceBlock } from './marked-block.js';
import type { BenchResult } from './result.js';
import { curvesMarkdown, sectionMarkdown } from './result-markdown.js';

/** The blocks' names: one a section, and the curves'. */
export const blockNames = [...sections, 'curves'] as const;

/** `text` with the blocks of all that the result has measured; others stay as they are. @throws DataError */
export function withResult(text: string, result: BenchResult, file: string): string {
  return blockNames.reduce((page, name) => {
    const content = name === 'curves' ? curvesMarkdown(result) : sectionMarkdown(result, name);
    return content === undefined ? page : replaceBlock(page, name, content, file);
  }, text);
}

/** Rewrites `file`. @throws DataError when it cannot be read or lacks a block that the result fills */
export async function updateDocs(file: string, result: BenchResult): Promise<void> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new DataError(
      file,
      `Cannot read ${file}: ${reasonOf(error)}. Start from the workspace's root folder, as nx does.`,
      {
        cause: error,
      },
    );
  }
  await writeFile(file, withResult(text, result, file));
}
