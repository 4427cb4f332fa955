import '@tensorflow/tfjs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { writeCheckpoint } from 'training-kit';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/frame-fixtures.js';
import { configSchema, type MultitaskConfig, type MultitaskSettings } from '../config.js';
import { readStartOf } from './start-from.js';

const folder = temporaryFolder();
const tiny: MultitaskSettings = { inputSize: 16, widthMultiplier: 1 / 16, numStacks: 2, seed: 3 };
const configOf = (change: MultitaskSettings): MultitaskConfig => configSchema.parse({ ...tiny, ...change });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

let numFiles = 0;
/** A checkpoint of a run with these settings. */
async function checkpointOf(change: MultitaskSettings): Promise<string> {
  const tensors = new Map([['weights/a', { dtype: 'F32' as const, shape: [1], data: Float32Array.of(1) }]]);
  const config = { ...configOf(change), preset: 'quick' };
  return writeCheckpoint(join(folder, String(numFiles++)), 1, { tensors, metadata: {} }, { keepLast: 1, config });
}

test('a ring that is laid out alike is taken, whatever else differs', async () => {
  const file = await checkpointOf({});
  for (const change of [{}, { numEpochs: 9, batchSize: 1, learningRate: 1 }, { inputSize: 32, maxDepth: 5 }]) {
    expect((await readStartOf(file, configOf(change), undefined)).step).toBe(1);
  }
});

test.each<[MultitaskSettings, string]>([
  [{ seed: 1 }, '--seed 3'],
  [{ weights: 'independent' }, '--weights ring'],
  [{ numStacks: 1 }, '--num-stacks 2'],
  [{ widthMultiplier: 1 / 8 }, '--width-multiplier 0\\.0625 --ring-size \\d+'],
  [{ ringSize: 5000 }, '--ring-size \\d+'],
  [{ ringStart: 'official' }, '--ring-start rms'],
  [{ reflect: false, sampling: 'uneven' }, '--sampling even --reflect'],
])('a ring of a run that differs in %j is refused', async (change, flags) => {
  await expect(readStartOf(await checkpointOf({}), configOf(change), undefined)).rejects.toThrow(
    new RegExp(`its weights would be laid out otherwise, .* Pass ${flags}\\.$`),
  );
});
