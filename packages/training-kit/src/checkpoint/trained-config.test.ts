import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { scratchFolder } from '../../test/scratch-folder.js';
import { ConfigError, DataError } from '../errors.js';
import { writeCheckpoint } from './checkpoint.js';
import { orOwn, readTrainedConfig } from './trained-config.js';

const scratch = scratchFolder('trained-config');
afterAll(() => {
  rmSync(scratch, { recursive: true });
});
const schema = z.strictObject({ width: z.int().default(1), data: z.string().nullable().default(null) });

const written = (config: object): Promise<string> =>
  writeCheckpoint(
    join(scratch, JSON.stringify(config).length.toString()),
    3,
    { tensors: new Map(), metadata: { bestScore: 1 } },
    { keepLast: 1, isBest: false, config: config, numLogged: 3 },
  );

test('the run’s settings, without the preset’s name; what is given stands above them, null does not', async () => {
  const file = await written({ width: 4, data: 'old', preset: 'quick' });
  expect((await readTrainedConfig(schema, file)).config).toEqual({ width: 4, data: 'old' });
  expect((await readTrainedConfig(schema, file, { data: 'new' })).config).toEqual({ width: 4, data: 'new' });
  expect((await readTrainedConfig(schema, file, { data: null })).config).toEqual({ width: 4, data: 'old' });
  expect((await readTrainedConfig(schema, file)).checkpoint.step).toBe(3);
});

test('a setting that is not known, and a file that is no checkpoint', async () => {
  const file = await written({ height: 4 });
  await expect(readTrainedConfig(schema, file)).rejects.toThrow(
    new ConfigError(
      'checkpoint',
      `${file} holds the setting height, which is not known here: it is a checkpoint of another app, or of another version.`,
    ),
  );
  await expect(readTrainedConfig(schema, join(scratch, 'none'))).rejects.toThrow(DataError);
});

test('a setting as a flag: null when left out, else read as the setting is', () => {
  const flag = orOwn(z.int().min(1).default(7).describe('how wide'));
  expect(flag.parse(undefined)).toBeNull();
  expect(flag.parse(2)).toBe(2);
  expect(() => flag.parse(0)).toThrow();
  expect(flag.description).toBe('how wide; the run’s own when left out');
});
