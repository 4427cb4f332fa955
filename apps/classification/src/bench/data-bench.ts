// Times how fast batches are made from image files, without training beside it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng } from 'rpg-core';
import sharp from 'sharp';
import { pathText } from 'training-kit';
import { imageAt, renderSplit } from 'training-kit/labelled-images';
import { z } from 'zod';
import { openFolder } from '../data/folder/folder-dataset.js';

/** What is timed. */
export const dataBenchSchema = z.strictObject({
  data: pathText().nullable().default(null).describe('folder with train/ and val/; none: JPEGs made for the bench'),
  imageSize: z.int().min(1).default(224).describe('side of the images that come out'),
  numWorkers: z
    .array(z.int().min(1))
    .default([...new Set([1, availableParallelism()])])
    .describe('numbers of threads to try, one after the other'),
  batchSize: z.int().min(1).default(64).describe('images a step'),
  numSteps: z.int().min(1).default(20).describe('timed steps of each'),
  warmUpSteps: z.int().min(1).default(4).describe('steps before, while the threads start'),
});

/** Runs the bench. @throws DataError, ConfigError as `openDataset` does */
export async function dataBench(
  options: z.output<typeof dataBenchSchema>,
  onLine: (line: string) => void,
): Promise<void> {
  if (options.data !== null) {
    await timeAll({ ...options, data: options.data }, onLine);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'data-bench-'));
  try {
    const meanBytes = await writeJpegs(folder);
    onLine(`${NUM_MADE} JPEGs of ${WIDTH} x ${HEIGHT}, ${(meanBytes / 1000).toFixed(0)} kB on average`);
    await timeAll({ ...options, data: folder }, onLine);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function timeAll(
  { data, imageSize, numWorkers, batchSize, numSteps, warmUpSteps }: z.output<typeof dataBenchSchema>,
  onLine: (line: string) => void,
): Promise<void> {
  const config = { data, imageSize, numWorkers: numWorkers[0]!, flip: true, valExamples: 0, seed: 1 };
  const { train, trainWith } = await openFolder(config, onLine);
  const order = {
    batchSize: Math.min(batchSize, train.numExamples),
    lastBatch: 'drop',
    rng: createRng('data-bench'),
    fromStep: 0,
    toStep: warmUpSteps + numSteps,
  } as const;
  const numImages = numSteps * order.batchSize;
  for (const workers of numWorkers) {
    let start = 0;
    let cpuBefore = process.cpuUsage();
    for await (const { step } of trainWith(workers).trainBatches(order)) {
      if (step !== warmUpSteps - 1) continue;
      start = performance.now();
      cpuBefore = process.cpuUsage();
    }
    const perSecond = (1000 * numImages) / (performance.now() - start);
    const { user, system } = process.cpuUsage(cpuBefore); // all threads
    onLine(
      `${String(workers).padStart(2)} workers: ${perSecond.toFixed(0).padStart(5)} images/s at ${imageSize} px, ` +
        `${((user + system) / 1000 / numImages).toFixed(2)} ms of a core each`,
    );
  }
}

const NUM_MADE = 120;
/** About what a photo of ImageNet measures. */
const WIDTH = 500;
const HEIGHT = 375;
const NOISE = 40;

/**
 * Writes `NUM_MADE` JPEGs into train and one into val, of two classes: rendered scenes enlarged, with noise that makes
 * them as hard to decode as photos.
 *
 * @returns bytes of a file, on average
 */
async function writeJpegs(folder: string): Promise<number> {
  const rng = createRng('data-bench').fork('images');
  const scenes = renderSplit(NUM_MADE, rng.fork('scenes'));
  const noise = rng.fork('noise');
  for (const name of ['a', 'b']) {
    await mkdir(join(folder, 'train', name), { recursive: true });
    await mkdir(join(folder, 'val', name), { recursive: true });
  }
  let numBytes = 0;
  for (let i = 0; i < NUM_MADE; i++) {
    const pixels = await sharp(imageAt(scenes, i), { raw: { width: 32, height: 32, channels: 3 } })
      .resize(WIDTH, HEIGHT, { fit: 'fill' })
      .raw()
      .toBuffer();
    for (let k = 0; k < pixels.length; k++) {
      pixels[k] = Math.min(255, Math.max(0, pixels[k]! + noise.below(2 * NOISE + 1) - NOISE));
    }
    const jpeg = await sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
      .jpeg({ quality: 90 })
      .toBuffer();
    numBytes += jpeg.length;
    await writeFile(join(folder, 'train', i % 2 === 0 ? 'a' : 'b', `${i}.jpg`), jpeg);
    if (i < 2) await writeFile(join(folder, 'val', i % 2 === 0 ? 'a' : 'b', `${i}.jpg`), jpeg);
  }
  return numBytes / NUM_MADE;
}
