import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from 'training-kit/errors';
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

test('a byte order mark in front of them changes nothing', async () => {
  await writeFile(join(folder, 'wnid_to_words.json'), '\ufeff{"n01": "goldfish"}');
  expect(await readClassNames(folder, ['n01'])).toEqual(['goldfish']);
});

test.each([
  { content: '', why: 'the file is empty' },
  { content: '{', why: /^it is not JSON \(.*\)$/ },
  { content: '[]', why: 'it is no object' },
  { content: 'null', why: 'it is no object' },
  { content: '{"n01": 3}', why: 'the words of "n01" are no text' },
  { content: '{"n01": "a",\n"n01": "b"}', why: 'it gives the key "n01" twice, the second time in line 2' },
])('$content is refused', async ({ content, why }) => {
  const file = join(folder, 'wnid_to_words.json');
  await writeFile(file, content);
  const error: unknown = await readClassNames(folder, ['n01']).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataError);
  const [, cause, mend] =
    /^Cannot read .*wnid_to_words\.json: (.*)\. Expected (.*)$/s.exec((error as DataError).message) ?? [];
  expect(cause).toEqual(typeof why === 'string' ? why : expect.stringMatching(why));
  expect(mend).toBe(
    'a JSON object of class folders and words, {"n01443537": "goldfish"}.\n' +
      'Mend it, or remove it: classes are then called like their folders.',
  );
});
