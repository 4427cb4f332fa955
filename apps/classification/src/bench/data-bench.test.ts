import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeImageFolder } from '../../test/image-folder-fixture.js';
import { dataBench, dataBenchSchema } from './data-bench.js';

test('what the data are, and a line for each number of threads', async () => {
  const data = await mkdtemp(join(tmpdir(), 'data-bench-'));
  await writeImageFolder(data, { train: [4, 4], val: [1, 1] });
  const lines: string[] = [];
  const options = { data, imageSize: 8, numWorkers: [1, 2], numSteps: 2, warmUpSteps: 1 };
  await dataBench(dataBenchSchema.parse(options), (line) => lines.push(line));
  expect(lines).toEqual([
    'train: 8 images in 2 classes: a 4, b 4.',
    'test: 2 images in 2 classes: a 1, b 1.',
    ...[1, 2].map((workers): unknown =>
      expect.stringMatching(
        new RegExp(`^ ${workers} workers: +\\d+ images/s at 8 px, \\d+\\.\\d\\d ms of a core each$`),
      ),
    ),
  ]);
  await rm(data, { recursive: true });
});
