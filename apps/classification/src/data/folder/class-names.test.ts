import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from 'training-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readClassNames } from './class-names.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'names-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('without the file, classes are called like their folders', async () => {
  expect(await readClassNames(folder, ['n01', 'n02'])).toEqual(['n01', 'n02']);
});

test('the first words, where they are unique; the folder, where there are none', async () => {
  const words = { n01: 'goldfish, Carassius auratus', n02: 'crane', n03: 'crane, machine', n09: 'not asked for' };
  await writeFile(join(folder, 'wnid_to_words.json'), JSON.stringify(words));
  expect(await readClassNames(folder, ['n01', 'n02', 'n03', 'n04'])).toEqual([
    'goldfish',
    'crane',
    'crane, machine',
    'n04',
  ]);
});

test.each(['', '{', '[]', 'null', '{"n01": 3}'])('%j is refused', async (content) => {
  const file = join(folder, 'wnid_to_words.json');
  await writeFile(file, content);
  await expect(readClassNames(folder, ['n01'])).rejects.toThrow(
    new DataError(
      file,
      `Cannot read ${file}: expected a JSON object of class folders and words, {"n01443537": "goldfish"}.\n` +
        'Mend it, or remove it: classes are then called like their folders.',
    ),
  );
});
