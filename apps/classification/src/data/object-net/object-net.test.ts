import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError } from 'training-kit/errors';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { paint, shaded, writeFiles } from '../../../test/image-folder-fixture.js';
import { mappings, writeObjectNet } from '../../../test/object-net-fixture.js';
import { readClassMapping } from './class-mapping.js';
import { openObjectNet } from './object-net.js';

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'object-net-'));
});
afterAll(async () => {
  await rm(parent, { recursive: true });
});

const lines: string[] = [];
const open = (folder: string, imageSize = 10) => {
  lines.length = 0;
  return openObjectNet(folder, { imageSize, numWorkers: 1, note: (line) => lines.push(line) });
};

test('images of the common classes alone, without the rim, the shorter side resized to the network’s', async () => {
  const folder = join(parent, 'small');
  await writeObjectNet(folder);
  const { images, leftOut } = await open(folder);
  expect(images.numExamples).toBe(3);
  expect([...images.labels]).toEqual([0, 0, 1]);
  // 16 × 14 less the rim is 12 × 10: nothing to resize, and the middle 10 columns.
  const inner = paint(12, 10, shaded(1));
  const expected = Array.from({ length: 10 }, (_, y) => [
    ...inner.subarray(3 * (12 * y + 1), 3 * (12 * y + 11)),
  ]).flat();
  expect([...(await images.imageAt(1))]).toEqual(expected);
  expect(lines).toEqual([
    'No image of 1 of the 3 common classes: three. Scores on a part of ObjectNet are not comparable.',
  ]);

  await writeFiles(folder, { 'images/two/broken.png': 'no image' });
  const again = await open(folder);
  let numSeen = 0;
  for await (const batch of again.images.evalBatches({ batchSize: 2 })) numSeen += batch.numExamples;
  expect([again.images.numExamples, numSeen, again.leftOut.length, leftOut.length]).toEqual([4, 3, 1, 0]);
});

test('folders that are not ObjectNet’s', async () => {
  const expected = 'Expected images/<class>/*.png and mappings/*.json, as ObjectNet is unpacked: --object-net DIR/objectnet-1.0.'; // prettier-ignore
  const empty = join(parent, 'empty');
  await mkdir(empty);
  await expect(open(empty)).rejects.toThrow(
    new DataError(empty, `Cannot read ObjectNet in ${empty}: there is no folder images.\n${expected}`),
  );
  const strange = join(parent, 'strange');
  await writeFiles(strange, { ...mappings, 'images/other/1.png': '' });
  await expect(open(strange)).rejects.toThrow(
    `There is no image of a class of ImageNet in ${join(strange, 'images')}, such as one/*.png.\n${expected}`,
  );
});

// Ten real images, which developers keep beside the checkout; in one folder, with ObjectNet's ids as answers.
const pack = fileURLToPath(new URL('../../../../../../shared/data/objectnet/', import.meta.url));
const noData = existsSync(pack) ? '' : ' (skipped: no data)';

test.skipIf(noData !== '')(`real images, sorted into their folders${noData}`, async () => {
  const folder = join(parent, 'real');
  const json = async (file: string) =>
    JSON.parse(await readFile(join(pack, 'mappings', file), 'utf8')) as Record<string, number>;
  const answers = await json('answers-test.json');
  const objectNetIds = await json('imagenet_pytorch_id_to_objectnet_id.json');
  await mkdir(join(folder, 'mappings'), { recursive: true });
  for (const file of await readdir(join(pack, 'mappings'))) {
    await copyFile(join(pack, 'mappings', file), join(folder, 'mappings', file));
  }
  const { classes } = await readClassMapping(join(folder, 'mappings'));
  for (const [image, id] of Object.entries(answers)) {
    const itsClass = classes.find(({ imagenetIds }) => objectNetIds[String(imagenetIds[0])] === id);
    const itsFolder = join(folder, 'images', itsClass?.folder ?? 'squeegee'); // a class that ImageNet has not
    await mkdir(itsFolder, { recursive: true });
    await symlink(join(pack, 'images', image), join(itsFolder, image));
  }
  const { images, leftOut } = await open(folder, 224);
  expect([...images.labels].map((label) => classes[label]!.name).sort()).toEqual([
    'Desk lamp',
    'Envelope',
    'Pill bottle',
    'Toilet paper roll',
    'Vacuum cleaner',
  ]);
  for (let index = 0; index < images.numExamples; index++) {
    const shown = await images.imageAt(index);
    const isRed = (pixel: number) =>
      shown[3 * pixel]! > 200 && shown[3 * pixel + 1]! < 50 && shown[3 * pixel + 2]! < 50;
    const top = Array.from({ length: 224 }, (_, x) => isRed(x));
    expect(top.filter(Boolean).length).toBeLessThan(20); // the rim is pure red
  }
  expect(leftOut).toEqual([]);
});
