import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataError } from '../errors.js';
import { readRunConfig, readRunRecord, writeRunRecord } from './run-record.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-record-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test('a record is read as it was written', async () => {
  const file = join(folder, 'whole.json');
  const change = { step: 4, setting: 'learningRate', was: 0.1, is: 0.2 };
  const record = { config: { width: 3 }, seed: 'a', starts: [{ step: 0 }], isSaved: true, changes: [change] };
  await writeRunRecord(file, record);
  expect(await readRunRecord(file)).toEqual(record);
});

test.each([
  { text: '{', says: /^Cannot read the run's record .*spoiled\.json: / },
  {
    text: '{"config":{}, "seed":1}',
    says: /is no record of a run: expected an object with config, seed and starts\.$/,
  },
  {
    text: '{"config":{},"seed":1,"starts":[],"data":3}',
    says: /what it says of the data, under data, makes no sense\.$/,
  },
])('$text is refused', async ({ text, says }) => {
  const file = join(folder, 'spoiled.json');
  await writeFile(file, text);
  await expect(readRunRecord(file)).rejects.toThrow(says);
});

test('changes that make no sense are passed over', async () => {
  const file = join(folder, 'changes.json');
  await writeFile(file, JSON.stringify({ config: {}, seed: 1, starts: [], changes: [3, { step: 'two' }] }));
  expect((await readRunRecord(file)).changes).toEqual([]);
});

test('the config of a run is read back', async () => {
  await writeFile(join(folder, 'config.json'), JSON.stringify({ config: { width: 3 }, seed: 1, starts: [] }));
  expect(await readRunConfig(folder)).toEqual({ width: 3 });
});

test('a folder that is none is refused', async () => {
  await expect(readRunConfig(join(folder, 'none'))).rejects.toThrow(DataError);
});
