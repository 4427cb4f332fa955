import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { readHostileFile, soundImages } from '../../../test/hostile-images.js';

const NUM_CASES = 24_000 * inject('casesFactor');

test(`${NUM_CASES} hostile files: an image or one sentence, memory level, no file beside`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hostile-'));
  const sound = await soundImages();
  let numImages = 0;
  let rssAfterWarmUp = 0;
  for (let index = 0; index < NUM_CASES; index++) {
    if (await readHostileFile(folder, index, sound)) numImages++;
    if (index === NUM_CASES / 4) rssAfterWarmUp = process.memoryUsage.rss();
  }
  const growth = process.memoryUsage.rss() - rssAfterWarmUp;
  console.log(
    `${NUM_CASES} cases, ${numImages} were images; memory grew by ${(growth / 1e6).toFixed(0)} MB after warm-up`,
  );
  expect(growth).toBeLessThan(300e6); // decoded images of hostile sizes come and go: up to 200 MB each
  expect(await readdir(folder)).toHaveLength(8);
  await rm(folder, { recursive: true });
});
