import '@tensorflow/tfjs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { type Key, writeCheckpoint } from 'training-kit';
import { ConfigError } from 'training-kit/errors';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/frame-fixtures.js';
import { configSchema, type MultitaskConfig, type MultitaskSettings } from '../config.js';
import { readStart } from './start-from.js';

const folder = temporaryFolder();
const tiny: MultitaskSettings = { inputSize: 16, widthMultiplier: 1 / 16, numStacks: 2, seed: 3 };
const configOf = (change: MultitaskSettings): MultitaskConfig => configSchema.parse({ ...tiny, ...change });
const key: Key = { text: '0123456789abcdef0123456789abcdef', digest: 'ab', file: 'own.key' };

beforeAll(async () => {
  await tf.setBackend('cpu');
});

let numFiles = 0;
/** A checkpoint of a run with these settings, and with a key where there is a digest. */
async function checkpointOf(change: MultitaskSettings, keyDigest?: string): Promise<string> {
  const tensors = new Map([['weights/a', { dtype: 'F32' as const, shape: [1], data: Float32Array.of(1) }]]);
  const config = { ...configOf(change), preset: 'quick', ...(keyDigest === undefined ? {} : { keyDigest }) };
  return writeCheckpoint(join(folder, String(numFiles++)), 1, { tensors, metadata: {} }, { keepLast: 1, config });
}

async function refusalOf(file: string, change: MultitaskSettings, ownKey?: Key): Promise<string> {
  const error: unknown = await readStart(file, configOf(change), ownKey).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  return (error as Error).message.replaceAll(file, 'FILE');
}

test('a ring that is laid out alike is taken, whatever else differs', async () => {
  const file = await checkpointOf({});
  for (const change of [{}, { numEpochs: 9, batchSize: 1, learningRate: 1 }, { inputSize: 32, maxDepth: 5 }]) {
    expect((await readStart(file, configOf(change), undefined)).step).toBe(1);
  }
});

test.each<[MultitaskSettings, string, string, string]>([
  [{ seed: 1 }, 'seed 3', 'seed 1', '--seed 3'],
  [{ weights: 'independent' }, 'weights ring', 'weights independent', '--weights ring'],
  [{ numStacks: 1 }, 'numStacks 2', 'numStacks 1', '--num-stacks 2'],
  [
    { reflect: false, sampling: 'uneven' },
    'sampling even, reflect true',
    'sampling uneven, reflect false',
    '--sampling even --reflect',
  ],
])('a ring of a run that differs in %j is refused', async (change, then, now, flags) => {
  expect(await refusalOf(await checkpointOf({}), change)).toBe(
    `FILE is of a run with ${then}, this one has ${now}: its weights would be laid out otherwise, and the network would ` +
      `know nothing of what it learnt. Pass ${flags}.`,
  );
});

test('of a ring size both are said, though one is the size that is taken when it is left out', async () => {
  expect(await refusalOf(await checkpointOf({ ringSize: 5000 }), {})).toMatch(
    /^FILE is of a run with ringSize 5000, this one has ringSize \d+: .* Pass --ring-size 5000\.$/,
  );
  expect(await refusalOf(await checkpointOf({ reflect: false }), {})).toMatch(/ Pass --no-reflect\.$/);
});

test('a seed that nothing is drawn from does not matter', async () => {
  const inOrder = { sampling: 'sequential', reflect: false } as const;
  await readStart(await checkpointOf(inOrder), configOf({ ...inOrder, seed: 1 }), undefined);
  await readStart(await checkpointOf({ weights: 'independent' }), configOf({ weights: 'independent', seed: 1 }), key);
  await readStart(await checkpointOf({}, 'ab'), configOf({ seed: 1 }), key);
});

test('a key goes with its checkpoint', async () => {
  const withKey = await checkpointOf({}, 'ab');
  expect(await refusalOf(withKey, {})).toBe(
    'The weights of FILE are drawn from a key, which is in none of its files. Pass --key-file FILE.',
  );
  expect(await refusalOf(withKey, {}, { ...key, digest: 'cd' })).toBe(
    '--key-file own.key holds another key than the one that FILE was trained with.',
  );
  expect(await refusalOf(await checkpointOf({}), {}, key)).toMatch(
    /^--key-file own\.key is given, but the weights of FILE were drawn from its seed\. Leave it out\./,
  );
});
