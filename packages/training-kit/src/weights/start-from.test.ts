import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { writeCheckpoint } from '../checkpoint/checkpoint.js';
import { ConfigError, DataError } from '../errors.js';
import type { Key } from './key-file.js';
import { readStart } from './start-from.js';

const folder = mkdtempSync(join(tmpdir(), 'start-from-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Of a network of 400 weights. */
const schema = z.strictObject({
  weights: z.enum(['ring', 'independent', 'shared']).default('ring'),
  widthMultiplier: z.number().default(2),
  ringSize: z.number().default(0.5),
  sampling: z.enum(['even', 'sequential']).default('even'),
  reflect: z.boolean().default(true),
  seed: z.int().default(3),
  learningRate: z.number().default(0.1),
});
type Config = z.output<typeof schema>;
const layoutOf = ({ weights, widthMultiplier, ringSize, sampling, reflect, seed }: Config) => ({
  ...{ weights, widthMultiplier, ringSize: ringSize <= 1 ? 400 * ringSize : ringSize, sampling, reflect, seed },
});
const key: Key = { text: '0123456789abcdef0123456789abcdef', digest: 'ab', file: 'own.key' };

let numFiles = 0;
/** A checkpoint of a run with these settings, and with a key where there is a digest. */
async function checkpointOf(settings: z.input<typeof schema>, keyDigest?: string): Promise<string> {
  const tensors = new Map([['weights/a', { dtype: 'F32' as const, shape: [1], data: Float32Array.of(1) }]]);
  const own = keyDigest === undefined ? {} : { keyDigest };
  const config = { ...schema.parse(settings), preset: 'quick', ...own };
  return writeCheckpoint(join(folder, String(numFiles++)), 1, { tensors, metadata: {} }, { keepLast: 1, config });
}

const start = (file: string, settings: z.input<typeof schema>, ownKey?: Key) =>
  readStart(file, { schema, config: schema.parse(settings), layoutOf, key: ownKey });

async function refusalOf(file: string, settings: z.input<typeof schema>, ownKey?: Key): Promise<string> {
  const error: unknown = await start(file, settings, ownKey).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  return (error as Error).message.replaceAll(file, 'FILE');
}

test('a ring that is laid out alike is taken, whatever else differs', async () => {
  const file = await checkpointOf({});
  for (const settings of [{}, { learningRate: 1 }, { ringSize: 200 }]) {
    expect((await start(file, settings)).tensors.get('weights/a')!.data).toEqual(Float32Array.of(1));
  }
});

test.each<[z.input<typeof schema>, string, string, string]>([
  [{ seed: 1 }, 'seed 3', 'seed 1', '--seed 3'],
  [{ weights: 'independent' }, 'weights ring', 'weights independent', '--weights ring'],
  [{ weights: 'shared', seed: 1 }, 'weights ring', 'weights shared', '--weights ring'],
  [{ ringSize: 5 }, 'ringSize 200', 'ringSize 5', '--ring-size 200'],
  [{ widthMultiplier: 1 }, 'widthMultiplier 2', 'widthMultiplier 1', '--width-multiplier 2'],
  [
    { reflect: false, sampling: 'sequential' },
    'sampling even, reflect true',
    'sampling sequential, reflect false',
    '--sampling even --reflect',
  ],
])('a ring of a run that differs in %j is refused', async (settings, then, now, flags) => {
  expect(await refusalOf(await checkpointOf({}), settings)).toBe(
    `FILE is of a run with ${then}, this one has ${now}: its weights would be laid out otherwise, and the network would ` +
      `know nothing of what it learnt. Pass ${flags}.`,
  );
});

test('the other way round: a switch that was off, weights that were no ring', async () => {
  expect(await refusalOf(await checkpointOf({ reflect: false }), {})).toMatch(/ Pass --no-reflect\.$/);
  expect(await refusalOf(await checkpointOf({ weights: 'shared' }), {})).toMatch(/ Pass --weights shared\.$/);
});

test('a seed that nothing is drawn from does not matter, nor does anything without rings', async () => {
  const inOrder = { sampling: 'sequential', reflect: false } as const;
  await start(await checkpointOf(inOrder), { ...inOrder, seed: 1 });
  await start(await checkpointOf({ weights: 'independent' }), { weights: 'shared', seed: 1, reflect: false }, key);
  await start(await checkpointOf({}, 'ab'), { seed: 1 }, key);
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

test('what is no checkpoint is refused', async () => {
  await expect(start(join(folder, 'none'), {})).rejects.toThrow(DataError);
});
