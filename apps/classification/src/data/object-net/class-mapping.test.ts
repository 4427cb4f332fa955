import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError } from 'training-kit/errors';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFiles } from '../../../test/image-folder-fixture.js';
import { labels, mappings } from '../../../test/object-net-fixture.js';
import { readClassMapping } from './class-mapping.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'class-mapping-'));
  await writeFiles(folder, mappings);
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const read = () => readClassMapping(join(folder, 'mappings'));

test('classes with their folders and all of ImageNet’s that count as right', async () => {
  expect(await read()).toEqual({
    imagenetLabels: labels,
    classes: [
      { name: 'One (of many)', folder: 'one', imagenetIds: [0, 2] },
      { name: 'Two', folder: 'two', imagenetIds: [1] },
      { name: 'Three', folder: 'three', imagenetIds: [3] },
    ],
  });
});

const [LABELS, ORDER, COMMON, FOLDERS] = Object.keys(mappings) as [string, string, string, string];
const faults = [
  { file: COMMON, content: '[]', why: 'it is no object' },
  { file: COMMON, content: '{}', why: 'it names no class' },
  { file: COMMON, content: '{"Two": 1}', why: 'the value of "Two" is no text' },
  { file: COMMON, content: '{"Two": "e"}', why: 'imagenet_to_label_2012_v2 has no "e"' },
  { file: COMMON, content: '{"Four": "b"}', why: 'folder_to_objectnet_label.json has no folder for "Four"' },
  { file: COMMON, content: '{"Two": "b", "Three": "b"}', why: '"Three" and "Two" share a class' },
  { file: FOLDERS, content: '{"../one": "Two"}', why: '"../one" is no name of a folder' },
  { file: FOLDERS, content: '{"one": "Two", "two": "Two"}', why: 'two folders are called "Two"' },
  { file: ORDER, content: '{"0": 0}', why: 'it has 1 entries, and imagenet_to_label_2012_v2 4 lines' },
  { file: ORDER, content: '{"0": 0, "1": 0, "2": 1, "3": 2}', why: '"1": 0 is no id and a line of imagenet_to_label_2012_v2 of its own' }, // prettier-ignore
  { file: ORDER, content: '{"0": 0, "1": 1, "2": 2, "00": 3}', why: 'it has no entry 3' },
  {
    file: ORDER,
    content: '<html>',
    why: 'it is a web page or XML, not JSON; a download may have saved a sign-in page',
  },
];

test.each(faults)('$file: $why', async ({ file, content, why }) => {
  await writeFiles(folder, { [file]: content });
  const path = join(folder, file);
  await expect(read()).rejects.toThrow(
    new DataError(
      path,
      `Cannot use ${path}: ${why}.\nExpected the files of ObjectNet's own folder of mappings, as they are.`,
    ),
  );
});

test('a label that two lines have is refused where it counts', async () => {
  await writeFiles(folder, { [LABELS]: 'b\nc, third\nb\na, first\n' });
  await expect(read()).rejects.toThrow('imagenet_to_label_2012_v2 has "b" more than once');
});

test('a file that is far too large is not read; one that is missing is named', async () => {
  await truncate(join(folder, COMMON), 2 ** 30);
  await expect(read()).rejects.toThrow('expected 1 048 576 at most');
  await rm(join(folder, COMMON));
  await expect(read()).rejects.toThrow(`Cannot read ${join(folder, COMMON)}: there is no such file.`);
});

// The official files, which developers keep beside the checkout.
const pack = fileURLToPath(new URL('../../../../../../shared/data/objectnet/mappings/', import.meta.url));
const noData = existsSync(pack) ? '' : ' (skipped: no data)';

test.skipIf(noData !== '')(
  `the official files: 113 classes, as the organisers' own table has them${noData}`,
  async () => {
    const { classes, imagenetLabels } = await readClassMapping(pack);
    expect(classes).toHaveLength(113);
    expect(imagenetLabels).toHaveLength(1000);
    expect(imagenetLabels[0]).toBe('tench, Tinca tinca');
    expect(classes.find(({ name }) => name === 'Alarm clock')?.imagenetIds).toEqual([409, 530]);
    // ImageNet id -> ObjectNet id: made apart from the names, and another numbering, but the same classes go together.
    const table = JSON.parse(await readFile(join(pack, 'imagenet_pytorch_id_to_objectnet_id.json'), 'utf8')) as Record<string, number>; // prettier-ignore
    const together = new Map<number, number[]>();
    for (const [id, objectNetId] of Object.entries(table)) {
      together.set(objectNetId, [...(together.get(objectNetId) ?? []), Number(id)]);
    }
    const sorted = (groups: readonly (readonly number[])[]) => groups.map((ids) => [...ids].sort((a, b) => a - b).join()).sort(); // prettier-ignore
    expect(sorted(classes.map(({ imagenetIds }) => imagenetIds))).toEqual(sorted([...together.values()]));
  },
);
