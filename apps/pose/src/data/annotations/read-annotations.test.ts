// The door to annotation files: what each format gives, and that one file is not taken for another.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { type AnnotationCase, writeAnnotationFiles } from '../../../test/annotation-files.js';
import { expectedJoints, hrnetRecord, messageOf, temporaryFolder } from '../../../test/annotation-fixtures.js';
import { writeAnnotH5 } from '../../../test/princeton-h5-writer.js';
import { readAnnotations } from './read-annotations.js';

const folder = temporaryFolder();
let files: readonly AnnotationCase[] = [];
beforeAll(async () => {
  const { plain, hdf5 } = await writeAnnotationFiles(folder);
  files = [...plain, ...hdf5];
});

const read = (file: string) => readAnnotations(file, { split: 'train', firstPixel: null });

test('every format has the same person, first of all, with the same joints', async () => {
  for (const { name, read: file } of files) {
    const [person] = (await read(file)).people;
    const isHrnetAlone = name === 'HRNet’s json'; // nothing shows that it counts from 1
    const by = isHrnetAlone ? 0 : 1;
    const missing = name === 'annot.h5' ? [4] : [];
    expect([name, Array.from(person!.joints)]).toEqual([name, expectedJoints(by, missing)]);
    expect([name, person!.center, person!.scale]).toEqual([name, { x: 31 - by, y: 41 - by }, 0.5]);
  }
});

/** annot.h5 of one person in `image`; damaged where the names of its datasets lie, it opens and then cannot be read. */
async function annotBytes(image: string, isDamaged = false): Promise<Buffer> {
  const file = await writeAnnotH5(join(folder, `of-${image}.h5`), [{ image, istrain: 1, isMarked: true }]);
  const bytes = readFileSync(file);
  const names = bytes.indexOf('FHDB');
  if (isDamaged) bytes[names + 30]! ^= 0xff;
  return bytes;
}

test('a file that was refused is not taken for the next one under its name', async () => {
  const file = join(folder, 'annot.h5');
  writeFileSync(file, await annotBytes('damaged.jpg', true));
  expect(await messageOf(read(file), folder)).toBe(
    'Cannot read DIR/annot.h5: the HDF5 library refuses it (incorrect metadata checksum after all read attempts). ' +
      'The file looks cut short or damaged; download it again.',
  );
  const sound = await annotBytes('sound.jpg');
  writeFileSync(file, sound);
  expect((await read(file)).people.map(({ image }) => image)).toEqual(['sound.jpg']);
  // Without its head the file is nothing; a library that still has the old one open would not notice.
  writeFileSync(file, Buffer.from(sound).fill(0, 48, 400));
  expect(await messageOf(read(file), folder)).toMatch(/^Cannot read DIR\/annot\.h5: the HDF5 library refuses it/);
});

test('a damaged file that keeps the library computing for ever is given up, and the next one is read', async () => {
  const endless = fileURLToPath(new URL('../../../test/endless-valid.h5', import.meta.url)); // 51 of its bytes stand twice
  const file = join(folder, 'endless.h5');
  copyFileSync(endless, file);
  const reading = readAnnotations(file, { split: 'train', firstPixel: null, patienceSeconds: 1 });
  expect(await messageOf(reading, folder)).toBe(
    'Cannot read DIR/endless.h5: after 1 s of computing the HDF5 library has not come to an end. The file looks damaged; ' +
      'download it again.',
  );
  writeFileSync(file, await annotBytes('sound.jpg'));
  expect((await read(file)).people).toHaveLength(1);
});

test('of many refused files none stays open', async () => {
  const file = join(folder, 'open.h5');
  writeFileSync(file, await annotBytes('damaged.jpg', true));
  const numOpen = async () => (await readdir('/proc/self/fd').catch(() => [])).length;
  await messageOf(read(file), folder);
  const before = await numOpen();
  for (let i = 0; i < 5; i++) await messageOf(read(file), folder);
  expect(await numOpen()).toBeLessThanOrEqual(before);
});

test.each([
  { what: 'a byte order mark', bytes: (text: string) => Buffer.from(`\ufeff${text}`) },
  { what: 'UTF-16', bytes: (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le') },
])('json with $what is read', async ({ what, bytes }) => {
  const file = join(folder, `${what}.json`);
  writeFileSync(file, bytes(JSON.stringify([hrnetRecord()])));
  expect((await read(file)).people).toHaveLength(1);
});

test('NaN as Python writes it is named, and so is what is no annotation file', async () => {
  const file = join(folder, 'nan.json');
  writeFileSync(file, JSON.stringify([hrnetRecord()]).replace('"scale":0.5', '"scale":NaN'));
  expect(await messageOf(read(file), folder)).toBe(
    'DIR/nan.json, record 0 (a.jpg): "scale" is NaN, expected a number. The run stops.\n' +
      'Is the file of the format that it was taken for, and whole?',
  );
  writeFileSync(file, 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n');
  expect(await messageOf(read(file), folder)).toBe(
    'Cannot read DIR/nan.json: it is a Git LFS pointer, not the file itself; `git lfs pull` fetches it. Expected a JSON ' +
      'array of records.',
  );
  expect(await messageOf(read(join(folder, 'people.csv')), folder)).toBe(
    'Cannot read DIR/people.csv: annotations are .json (HRNet, pytorch-pose), .h5 (hourglass authors) or .mat (MPII).',
  );
});
