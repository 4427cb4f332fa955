import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHostileFile, soundImages } from '../../../test/hostile-images.js';

test('300 hostile files: an image or one sentence, nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hostile-'));
  const sound = await soundImages();
  let numImages = 0;
  for (let index = 0; index < 300; index++) if (await readHostileFile(folder, index, sound)) numImages++;
  // Both ends come up: the cases are neither all refused at the door nor all harmless.
  expect(numImages).toBeGreaterThan(30);
  expect(numImages).toBeLessThan(270);
  await rm(folder, { recursive: true });
});
