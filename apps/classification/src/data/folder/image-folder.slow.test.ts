// Folders as disks, people and their programs leave them: each class and each image is found, or one error says why not.
import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import fc from 'fast-check';
import { DataError } from 'training-kit/errors';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { fileAt, type FileList } from './file-list.js';
import { readImageFolder } from './image-folder.js';

const numCases = 2000 * inject('casesFactor');

let parent = '';
beforeAll(() => {
  parent = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'image-folder-'));
});
afterAll(() => {
  rmSync(parent, { recursive: true });
});

/** What lies directly in train or val. */
interface Entry {
  readonly name: string;
  readonly kind: 'folder' | 'file' | 'link' | 'dangling' | 'loop';
  /** Files in the folder, or in the one that the link leads to. */
  readonly files: readonly string[];
}

const strangers = ['@eaDir', '#recycle', '__MACOSX', 'Thumbs.db', 'SYNOPHOTO_THUMB_S.jpg'];
const file = fc.constantFrom(
  ...['1.jpg', '2.PNG', '3.Jpeg', 'ä.webp', 'a\u0308.webp', 'sub/deep/4.webp', ' .jpg', 'x\n.jpg', '1.jpg/5.png'],
  ...['6.txt', '7.gif', 'jpg', '.8.jpg', '.sub/9.jpg', '@eaDir/10.jpg', 'Thumbs.db', 'sub/SYNOPHOTO_THUMB_S.jpg'],
);
const files = fc.uniqueArray(file, { maxLength: 6 });
const entry: fc.Arbitrary<Entry> = fc.record({
  name: fc.oneof(fc.constantFrom('c', 'ä', 'a\u0308', 'x y', '1.jpg', '.hidden', 'c\n', 'constructor', ...strangers), fc.string({ unit: 'binary-ascii' }).filter((name) => name !== '' && !/[/\0]|^\.\.?$/.test(name))), // prettier-ignore
  kind: fc.constantFrom('folder', 'folder', 'folder', 'file', 'link', 'dangling', 'loop'),
  files,
});
const sound = ['a', 'b'].map((name): Entry => ({ name, kind: 'folder', files: ['1.jpg'] }));
/** Two sound classes, and what else there is; in most cases the same names in both. */
const tree = fc
  .tuple(fc.array(entry, { maxLength: 3 }), fc.array(entry, { maxLength: 2 }), fc.nat(3))
  .map(([train, other, kind]) => {
    const val = kind === 0 ? other : train.map((one) => ({ ...one, files: kind === 1 ? [] : one.files }));
    return { train: distinct([...sound, ...train]), val: distinct([...sound, ...val]) };
  });

function distinct(entries: readonly Entry[]): Entry[] {
  return [...new Map(entries.map((one) => [one.name, one])).values()];
}

function write(home: string, split: string, entries: readonly Entry[]): void {
  mkdirSync(join(home, split), { recursive: true });
  for (const [i, { name, kind, files: inside }] of entries.entries()) {
    const path = join(home, split, name);
    const target = kind === 'link' ? join(home, 'elsewhere', split, String(i)) : path;
    if (kind === 'file') writeFileSync(path, '');
    else if (kind === 'dangling') symlinkSync(join(home, 'gone'), path);
    else if (kind === 'loop') symlinkSync(path, path);
    else {
      mkdirSync(target, { recursive: true });
      for (const each of inside) {
        // One name may be a file for one and a folder for another: the first has it.
        if (existsSync(join(target, each)) || !canHold(target, each)) continue;
        mkdirSync(dirname(join(target, each)), { recursive: true });
        writeFileSync(join(target, each), '');
      }
      if (kind === 'link') symlinkSync(target, path);
    }
  }
}

function canHold(folder: string, path: string): boolean {
  const above = dirname(join(folder, path));
  return !existsSync(above) || lstatSync(above).isDirectory();
}

const isStranger = (name: string) => strangers.some((stranger) => stranger.toLowerCase() === name.toLowerCase());
const isPassedOver = (name: string) => name.startsWith('.') || isStranger(name);

/** Class/path of each image that a person would count, sorted. */
function imagesOf(home: string, split: string, entries: readonly Entry[]): string[] {
  return entries
    .filter(({ name, kind }) => (kind === 'folder' || kind === 'link') && !isPassedOver(name))
    .flatMap(({ name, files: inside }) => inside.map((path) => join(name, path)))
    .filter((path) => !path.split('/').slice(1).some(isPassedOver))
    .filter((path) => ['.jpg', '.jpeg', '.png', '.webp'].includes(extname(path).toLowerCase()))
    .filter((path) => existsSync(join(home, split, path)) && lstatSync(join(home, split, path)).isFile())
    .sort();
}

const listed = (list: FileList) =>
  Array.from({ length: list.numFiles }, (_, i) => fileAt(list, i).slice(list.folder.length + 1)).sort();

test(`${numCases} folders: every class and image is found, or one error says why not`, async () => {
  let [numCase, numRead] = [0, 0];
  const property = fc.asyncProperty(tree, async ({ train, val }) => {
    const home = join(parent, String(numCase++));
    write(home, 'train', train);
    write(home, 'val', val);
    try {
      const found = await readImageFolder(home);
      numRead++;
      expect(listed(found.train)).toEqual(imagesOf(home, 'train', train));
      expect(listed(found.val)).toEqual(imagesOf(home, 'val', val));
      const classes = train.filter(({ name, kind }) => kind !== 'file' && !isPassedOver(name));
      expect(found.train.classFolders.toSorted()).toEqual(classes.map(({ name }) => name).sort());
      expect(found.classNames).toHaveLength(classes.length);
      expect(new Set(found.train.labels).size).toBe(classes.length);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      expect(error.message).toContain(home);
      expect(error.message.length).toBeLessThan(1000);
      expect(error.message).not.toMatch(/undefined|\[object|not a function/);
    }
    rmSync(home, { recursive: true });
  });
  await fc.assert(property, { seed: 62, numRuns: numCases });
  console.log(`${numCases} cases, ${numRead} were read`);
  expect(numRead).toBeGreaterThan(numCases / 20);
});
