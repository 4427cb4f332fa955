import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { damagedFrame } from '../../../test/damaged-frames.js';
import { temporaryFolder } from '../../../test/frame-fixtures.js';

const numCases = 10_000 * inject('casesFactor');
const folder = temporaryFolder();

test(`${numCases} damaged frames: a frame or one sentence, memory level, no file beside`, async () => {
  let rssAfterWarmUp = 0;
  for (let index = 1000; index < 1000 + numCases; index++) {
    await damagedFrame(folder, index);
    if (index === 1000 + numCases / 4) rssAfterWarmUp = process.memoryUsage.rss();
  }
  const growth = process.memoryUsage.rss() - rssAfterWarmUp;
  expect(growth).toBeLessThan(300e6); // pixels of hostile sizes come and go
  expect(await readdir(join(folder, 'area_damaged', 'data', 'rgb'))).toHaveLength(1);
});
