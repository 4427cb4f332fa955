// Lets both sides compute; skipped where the comparison has never been run, because a test installs nothing.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkAll } from './agreement.js';
import { benchCacheFolder } from './cache-folder.js';
import { optionsSchema } from './options.js';

const cache = benchCacheFolder();
const hasTorch = existsSync(cache) && readdirSync(cache).some((name) => existsSync(join(cache, name, 'bin', 'python')));

test.skipIf(!hasTorch)('PyTorch, given our first weights, has our losses over three steps', async () => {
  const lines: string[] = [];
  const options = optionsSchema.parse({ only: 'step', variants: ['ours/float32', 'torch/float32/eager'] });
  await checkAll(options, { python: null }, (line) => lines.push(line));
  expect(lines[0]).toBe('Training step, float32: 4 compute the same');
});

test.skipIf(!hasTorch)('the three ways of generating make the same weights and the same gradient', async () => {
  const lines: string[] = [];
  const options = optionsSchema.parse({ only: 'generate', variants: ['native', 'ours', 'torch/eager'] });
  await checkAll(options, { python: null }, (line) => lines.push(line));
  expect(lines.filter((line) => line.endsWith('4 compute the same'))).toHaveLength(2);
});
