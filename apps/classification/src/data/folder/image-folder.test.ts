import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from 'training-kit/errors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeFiles } from '../../../test/image-folder-fixture.js';
import { fileAt, type FileList } from './file-list.js';
import { readImageFolder } from './image-folder.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-folder-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Files are listed, not opened: empty ones do. */
const writeEmpty = (paths: readonly string[], home = folder) =>
  writeFiles(home, Object.fromEntries(paths.map((path) => [path, ''])));

const small = ['train/a/1.jpg', 'train/b/1.jpg', 'train/b/2.jpg', 'val/a/3.jpg', 'val/b/4.jpg'];

const pathsOf = (list: FileList) =>
  Array.from({ length: list.numFiles }, (_, i) => fileAt(list, i).slice(list.folder.length + 1));

async function messageOf(path = folder): Promise<string> {
  const error: unknown = await readImageFolder(path).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message.replaceAll(folder, 'DIR');
}

describe('what is found', () => {
  test('classes and files in sorted order, class ids by the place of the folder', async () => {
    await writeEmpty(['train/n02/b.jpg', 'train/n02/a.jpg', 'train/n10/c.jpg', 'train/N03/d.jpg']);
    await writeEmpty(['val/n02/e.jpg', 'val/n10/f.jpg', 'val/N03/g.jpg']);
    const { classNames, train, val, notes } = await readImageFolder(folder);
    expect(classNames).toEqual(['N03', 'n02', 'n10']); // capitals first, as Python sorts
    expect(pathsOf(train)).toEqual(['N03/d.jpg', 'n02/a.jpg', 'n02/b.jpg', 'n10/c.jpg']);
    expect([...train.labels]).toEqual([0, 1, 1, 2]);
    expect([...val.labels]).toEqual([0, 1, 2]);
    expect(notes).toEqual([]);
  });

  test('endings in any case, files in folders below, names with points', async () => {
    const names = ['1.JPEG', '2.Jpg', '3.jpeg', '4.PNG', '5.webp', 'images/6.x.jpg'];
    await writeEmpty([...small, ...names.map((name) => `val/a/${name}`)]);
    const { val } = await readImageFolder(folder);
    expect(pathsOf(val)).toEqual(['a/1.JPEG', 'a/2.Jpg', 'a/3.jpeg', 'a/3.jpg', 'a/4.PNG', 'a/5.webp', 'a/images/6.x.jpg', 'b/4.jpg']); // prettier-ignore
  });

  test('hidden files and folders are passed over; other files too, and that is said', async () => {
    await writeEmpty([...small, 'train/.DS_Store', 'train/.cache/x.jpg', 'train/a/._1.jpg', 'train/a/.tmp/x.jpg']);
    expect((await readImageFolder(folder)).notes).toEqual([]);
    await writeEmpty(['train/list.txt', 'train/a/boxes.txt', 'train/a/movie.gif', 'val/val.csv']);
    const { train, notes } = await readImageFolder(folder);
    expect(pathsOf(train)).toEqual(['a/1.jpg', 'b/1.jpg', 'b/2.jpg']);
    expect(notes.map((note) => note.replaceAll(folder, 'DIR'))).toEqual([
      'DIR/train: 3 files that are no images by their names are passed over.',
      'DIR/val: 1 files that are no images by their names are passed over.',
    ]);
  });

  test('the parent of the folder, when it holds one only', async () => {
    await writeEmpty(small.map((path) => `images/${path}`));
    await writeEmpty(['other/train/x.jpg', 'read-me.txt']);
    expect((await readImageFolder(folder)).train.folder).toBe(join(folder, 'images', 'train'));
    await writeEmpty(small.map((path) => `more/${path}`));
    expect(await messageOf()).toContain('Cannot find images in DIR: images and more both hold train and val.');
  });

  test('links to class folders and images are followed, out of the folder too; links inside a class are not', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'));
    await writeEmpty(['c/5.jpg', 'c/deep/6.jpg', '7.jpg'], elsewhere);
    await writeEmpty([...small, 'val/c/8.jpg']);
    await symlink(join(elsewhere, 'c'), join(folder, 'train', 'c'));
    await symlink(join(elsewhere, '7.jpg'), join(folder, 'train', 'a', '7.jpg'));
    await symlink(join(elsewhere, 'c'), join(folder, 'train', 'a', 'linked'));
    await symlink(folder, join(folder, 'train', 'a', 'loop'));
    await symlink(join(elsewhere, 'nowhere'), join(folder, 'train', 'a', 'dangling.jpg'));
    const { train, notes } = await readImageFolder(folder);
    expect(pathsOf(train)).toEqual(['a/1.jpg', 'a/7.jpg', 'a/dangling.jpg', 'b/1.jpg', 'b/2.jpg', 'c/5.jpg', 'c/deep/6.jpg']); // prettier-ignore
    expect(notes).toHaveLength(1); // the links to folders are no images by their names
    await rm(elsewhere, { recursive: true });
  });

  test('files of other programs are left out and counted, by the folder or the file that tells them', async () => {
    const thumbs = ['train/a/@eaDir/1.jpg/SYNOPHOTO_THUMB_S.jpg', 'train/a/@eaDir/1.jpg/SYNOPHOTO_THUMB_M.jpg'];
    await writeEmpty([
      ...small,
      ...thumbs,
      'train/b/SYNOPHOTO_THUMB_XL.jpg',
      'train/b/Thumbs.db',
      'train/@eaDir/x.jpg',
    ]);
    await writeEmpty(['val/lost+found/1.jpg', 'val/desktop.ini', 'val/a/__MACOSX/3.jpg', 'val/a/#recycle/old/4.jpg']);
    const { classNames, train, val, notes } = await readImageFolder(folder);
    expect(classNames).toEqual(['a', 'b']);
    expect([pathsOf(train), pathsOf(val)]).toEqual([
      ['a/1.jpg', 'b/1.jpg', 'b/2.jpg'],
      ['a/3.jpg', 'b/4.jpg'],
    ]);
    expect(notes.map((note) => note.replaceAll(folder, 'DIR'))).toEqual([
      'DIR/train: left out as files of other programs: @eaDir 3, SYNOPHOTO_THUMB 1, Thumbs.db 1.',
      'DIR/val: left out as files of other programs: #recycle 1, __MACOSX 1, desktop.ini 1, lost+found 1.',
    ]);
  });

  test('thumbnails in a class are counted together, one beside the classes by its own name', async () => {
    await writeEmpty([...small, 'train/a/SYNOPHOTO_THUMB_S.jpg', 'train/a/synophoto_thumb_m.jpg']);
    await writeEmpty(['train/SYNOPHOTO_THUMB_XL.jpg']);
    const { notes } = await readImageFolder(folder);
    expect(notes.map((note) => note.replaceAll(folder, 'DIR'))).toEqual([
      'DIR/train: left out as files of other programs: SYNOPHOTO_THUMB 2, SYNOPHOTO_THUMB_XL.jpg 1.',
    ]);
  });

  test('accents composed or not: the same class in train, val and the list of words', async () => {
    await writeEmpty([...small, 'train/caf\u00e9/5.jpg', 'val/cafe\u0301/6.jpg']);
    await writeFiles(folder, { 'wnid_to_words.json': '{"cafe\u0301": "coffee house, caf\u00e9"}' });
    const { classNames, train, val } = await readImageFolder(folder);
    expect(classNames).toEqual(['a', 'b', 'coffee house']);
    expect(pathsOf(train).at(-1)).toBe('caf\u00e9/5.jpg'); // as the disk has it: it must be opened by that name
    expect(pathsOf(val).at(-1)).toBe('cafe\u0301/6.jpg');
    expect([...val.labels]).toEqual([0, 1, 2]);
  });

  test('an image whose name is no UTF-8 is left out and told', async () => {
    await writeEmpty(small);
    await writeFile(
      Buffer.concat([Buffer.from(join(folder, 'train/a/x')), Buffer.from([0xdf]), Buffer.from('.jpg')]),
      '',
    );
    const { train, notes } = await readImageFolder(folder);
    expect(pathsOf(train)).toEqual(['a/1.jpg', 'b/1.jpg', 'b/2.jpg']);
    expect(notes.map((note) => note.replaceAll(folder, 'DIR'))).toEqual([
      'DIR/train: 1 images are left out, since their names are no UTF-8: a/x\ufffd.jpg. Rename them.',
    ]);
  });

  test('names for people', async () => {
    await writeEmpty(small);
    await writeFiles(folder, { 'wnid_to_words.json': '{"a": "ant, emmet", "b": "bee"}' });
    expect((await readImageFolder(folder)).classNames).toEqual(['ant', 'bee']);
  });
});

const EXPECTED_LAYOUT =
  'Expected train/<class>/*.jpg and val/<class>/*.jpg (or .jpeg, .png, .webp); pass the folder that holds train and ' +
  'val: --data DIR.';

describe('what is refused', () => {
  test('no folder, and a folder without train and val', async () => {
    expect(await messageOf(join(folder, 'none'))).toBe(
      `Cannot read DIR/none: there is no such folder.\n${EXPECTED_LAYOUT}`,
    );
    await writeEmpty(['train/a/1.jpg']);
    expect(await messageOf()).toBe(
      `Cannot find images in DIR: neither train and val are there, nor a folder that holds both.\n${EXPECTED_LAYOUT}`,
    );
  });

  test('a class folder that is a link to nowhere', async () => {
    await writeEmpty([...small, 'val/emu/1.jpg']);
    await symlink('/mnt/not_mounted/emu', join(folder, 'train', 'emu'));
    expect(await messageOf()).toBe(
      'Cannot look at DIR/train/emu, which may be a class: it is a link to /mnt/not_mounted/emu, and nothing is there. ' +
        'Is a disk not mounted?\nMend it, or remove it from train and val.',
    );
  });

  test('train or the whole folder that is a link to nowhere', async () => {
    await writeEmpty(['val/a/1.jpg']);
    await symlink('/mnt/not_mounted/train', join(folder, 'train'));
    const words = 'it is a link to /mnt/not_mounted/train, and nothing is there. Is a disk not mounted?';
    const mend = 'Mend it, or remove it from train and val.';
    expect(await messageOf()).toBe(
      `Cannot look at DIR/train, which may be the folder of the training images: ${words}\n${mend}`,
    );
    expect(await messageOf(join(folder, 'train'))).toBe(
      `Cannot look at DIR/train, which may be the folder of the data: ${words}\n${mend}`,
    );
  });

  test('links in a circle, and whatever else the system says', async () => {
    await writeEmpty(small);
    await symlink('circle', join(folder, 'val', 'circle'));
    expect(await messageOf()).toMatch(
      /^Cannot look at DIR\/val\/circle, which may be a class: ELOOP: .*\nMend it, or remove it from train and val\.$/,
    );
  });

  test('a class folder whose name is no UTF-8', async () => {
    await writeEmpty(small);
    await mkdir(Buffer.concat([Buffer.from(join(folder, 'val/Gro')), Buffer.from([0xdf])]));
    expect(await messageOf()).toBe(
      'Cannot read DIR/val/Gro\\xdf: its name is no UTF-8 (the bytes that are not are shown as \\x..).\n' +
        'Rename the class folder, in train and val alike.',
    );
  });

  test('two class folders of one name', async () => {
    await writeEmpty([...small, 'train/caf\u00e9/5.jpg', 'train/cafe\u0301/6.jpg']);
    expect(await messageOf()).toBe(
      'DIR/train has two class folders called caf\u00e9, whose accents are composed in two ways (Unicode NFC and NFD).\n' +
        'For all people they are one class: move the images into one of them.',
    );
  });

  test('classes that differ', async () => {
    await writeEmpty([...small, 'train/c/1.jpg', 'train/d/1.jpg', 'val/e/1.jpg']);
    expect(await messageOf()).toBe(
      'The class folders of DIR/train and DIR/val differ.\nOnly in train: c, d.\nOnly in val: e.\n' +
        'Both need the same folders, since class ids are their places in sorted order.',
    );
  });

  test('many that differ: the first ten', async () => {
    await writeEmpty([...small, ...Array.from({ length: 14 }, (_, i) => `val/x${String(i).padStart(2, '0')}/1.jpg`)]);
    expect(await messageOf()).toContain('Only in val: x00, x01, x02, x03, x04, x05, x06, x07, x08, x09 and 4 more.');
  });

  test('Tiny ImageNet as it is published', async () => {
    await writeEmpty(['train/a/images/a_0.JPEG', 'train/a/a_boxes.txt', 'train/b/images/b_0.JPEG']);
    await writeEmpty(['val/images/val_0.JPEG', 'val/val_annotations.txt']);
    expect(await messageOf()).toContain('move each image of val into a folder of its class (val_annotations.txt).');
  });

  test('no classes, or a single one', async () => {
    await mkdir(join(folder, 'train'));
    await mkdir(join(folder, 'val'));
    expect(await messageOf()).toContain('DIR/train holds no class folder, expected at least two.');
    await writeEmpty(['train/a/1.jpg', 'val/a/1.jpg']);
    expect(await messageOf()).toContain('DIR/train holds one class folder, expected at least two.');
  });

  test('a class without training images; in val it is said only', async () => {
    await writeEmpty([...small, 'val/c/1.jpg', 'train/c/1.txt']);
    expect(await messageOf()).toBe(
      'Class folders without an image in DIR/train: c.\n' +
        'Add images (.jpg, .jpeg, .png, .webp), or remove the folders from train and val.',
    );
    await writeEmpty(['train/c/1.jpg']);
    await rm(join(folder, 'val/c/1.jpg'));
    const { notes } = await readImageFolder(folder);
    expect(notes.map((note) => note.replaceAll(folder, 'DIR'))).toContain('DIR/val: no images of c.');
  });

  test('a val without any image', async () => {
    await writeEmpty(['train/a/1.jpg', 'train/b/1.jpg', 'val/a/1.txt', 'val/b/1.txt']);
    expect(await messageOf()).toContain('There is no image in DIR/val.');
  });
});
