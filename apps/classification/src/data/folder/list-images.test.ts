import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { DataError } from 'training-kit/errors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeFiles } from '../../../test/image-folder-fixture.js';
import { isFolder, listImages, unreadable } from './list-images.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'list-images-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Files are listed, not opened: empty ones do. */
const write = (...paths: string[]) => writeFiles(folder, Object.fromEntries(paths.map((path) => [path, ''])));

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message.replaceAll(folder, 'DIR');
}

describe('a listing', () => {
  test('of nothing', async () => {
    expect(await listImages(folder)).toEqual({
      ...{ folder, classes: new Map(), numOthers: 0, ofOtherPrograms: new Map(), unreadableNames: [] },
    });
  });

  test('classes and images in sorted order; a class without images is one', async () => {
    await write('b/2.jpg', 'b/10.jpg', 'b/deep/er/1.png', 'B/1.webp', 'a/notes.txt');
    const { classes, numOthers } = await listImages(folder);
    expect([...classes]).toEqual([
      ['B', { folder: 'B', images: ['1.webp'] }],
      ['a', { folder: 'a', images: [] }],
      ['b', { folder: 'b', images: ['10.jpg', '2.jpg', 'deep/er/1.png'] }],
    ]);
    expect(numOthers).toBe(1);
  });

  test('a class is called by one Unicode form, and opened by its name on the disk', async () => {
    await write('cafe\u0301/1.jpg');
    const { classes } = await listImages(folder);
    expect([...classes]).toEqual([['caf\u00e9', { folder: 'cafe\u0301', images: ['1.jpg'] }]]);
  });

  test('what other programs put there is counted by name, all below their folders; hidden names by none', async () => {
    await write('@eaDir/x/1.jpg', '@eaDir/2.jpg', 'a/Thumbs.db', 'a/@eaDir/1.jpg', 'a/1.jpg', '.cache/1.jpg', 'a/.x/1.jpg'); // prettier-ignore
    const { classes, numOthers, ofOtherPrograms } = await listImages(folder);
    expect([...classes.values()]).toEqual([{ folder: 'a', images: ['1.jpg'] }]);
    expect([...ofOtherPrograms]).toEqual([
      ['@eaDir', 3],
      ['Thumbs.db', 1],
    ]);
    expect(numOthers).toBe(0);
  });

  test('a file beside the classes whose name is no UTF-8 is one of the others', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${folder}/Gro`), Buffer.from([0xdf])]), '');
    expect((await listImages(folder)).numOthers).toBe(1);
  });

  test('an image whose name holds the sign for unknown characters is one like others', async () => {
    await write('a/x\ufffd.jpg');
    const { classes, unreadableNames } = await listImages(folder);
    expect(classes.get('a')!.images).toEqual(['x\ufffd.jpg']);
    expect(unreadableNames).toEqual([]);
  });

  test('of a folder that is not there', async () => {
    expect(await messageOf(listImages(join(folder, 'none')))).toMatch(/^Cannot read DIR\/none: ENOENT: .*\.$/);
  });

  test('every file is an image, one of the others or another program’s', async () => {
    const name = fc.constantFrom('1.jpg', '2.PNG', '3.txt', '4', 'thumbs.db', 'desktop.ini', '5.webp');
    const path = fc.tuple(fc.constantFrom('a', 'b', 'a/deep'), name).map((parts) => parts.join('/'));
    const check = fc.asyncProperty(fc.uniqueArray(path), async (paths) => {
      await rm(folder, { recursive: true });
      await mkdir(folder);
      await write(...paths);
      const { classes, numOthers, ofOtherPrograms } = await listImages(folder);
      const images = [...classes].flatMap(([key, { images: inside }]) => inside.map((image) => `${key}/${image}`));
      expect(images.toSorted()).toEqual(paths.filter((one) => /\.(jpg|png|webp)$/i.test(one)).toSorted());
      const numOfPrograms = [...ofOtherPrograms.values()].reduce((sum, count) => sum + count, 0);
      expect(images.length + numOthers + numOfPrograms).toBe(paths.length);
    });
    await fc.assert(check, { numRuns: 20, seed: 1 });
  });
});

describe('whether a folder is there', () => {
  test('a folder and a link to one, a file, nothing, and what would lie below a file', async () => {
    await write('a/1.jpg', 'file');
    await symlink(join(folder, 'a'), join(folder, 'link'));
    const found = ['a', 'link', 'file', 'none', 'file/inside'].map((path) => isFolder(join(folder, path), 'a class'));
    expect(await Promise.all(found)).toEqual([true, true, false, false, false]);
  });

  test('a link to nowhere is told as what it should be', async () => {
    await symlink('gone', join(folder, 'link'));
    expect(await messageOf(isFolder(join(folder, 'link'), 'the folder of the data'))).toBe(
      'Cannot look at DIR/link, which may be the folder of the data: it is a link to gone, and nothing is there. Is a disk ' +
        'not mounted?\nMend it, or remove it from train and val.',
    );
  });
});

test('a folder that cannot be read keeps the cause', () => {
  const cause = new Error('I/O error');
  const error = unreadable('DIR', cause);
  expect(error.file).toBe('DIR');
  expect(error.cause).toBe(cause);
});
