import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLeftOutImages } from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkerboard, picture, writeFiles } from '../../../test/image-folder-fixture.js';
import { packFiles } from './file-list.js';
import { surveyImages, type SurveyOptions } from './survey.js';

let folder: string;
let png: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'survey-'));
  png = await picture(4, 4, checkerboard).png().toBuffer();
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** `good`: an image; `bad`: no image from its head on; `cut`: an image whose head is sound and that does not decode. */
type Kind = 'good' | 'bad' | 'cut';
let numSurveys = 0;

/** A survey of classes c0, c1, … that have these images; file i of a class is `i.png`. */
async function survey(kinds: readonly (readonly Kind[])[], needs: SurveyOptions['needs'] = 'each class') {
  const home = join(folder, String(++numSurveys));
  const classNames = kinds.map((_, label) => `c${label}`);
  const contents = { good: png, bad: 'no image', cut: png.subarray(0, png.length - 20) };
  for (const [label, ofClass] of kinds.entries()) {
    for (const [i, kind] of ofClass.entries()) await writeFiles(home, { [`c${label}/${i}.png`]: contents[kind] });
  }
  const files = packFiles(home, classNames, kinds.map((ofClass) => ofClass.map((_, i) => `${i}.png`))); // prettier-ignore
  const leftOut = createLeftOutImages(() => undefined);
  const found = await surveyImages('train', files, { classNames, leftOut, needs }).catch((error: unknown) => error);
  const line = found instanceof DataError ? found.message.replaceAll(home, 'DIR') : found;
  return { line, leftOut: leftOut.list.map(({ file }) => file.slice(home.length + 1)).sort() };
}

const of = (numGood: number): Kind[] => new Array<Kind>(numGood).fill('good');

describe('a line a split', () => {
  test('up to ten classes are named, with what cannot be read', async () => {
    expect(await survey([['good', 'good'], ['bad', 'good', 'bad'], []])).toEqual({
      line: 'train: 5 images in 2 classes: c0 2, c1 3 (2 cannot be read), c2 0.',
      leftOut: ['c1/0.png', 'c1/2.png'],
    });
    expect((await survey([['good']])).line).toBe('train: 1 image in 1 class: c0 1.');
  });

  test('of more the least and the most are', async () => {
    const each = Array.from({ length: 11 }, () => of(1));
    expect((await survey(each)).line).toBe('train: 11 images in 11 classes, 1 each.');
    expect((await survey(each.with(4, of(3)).with(7, ['bad', 'good']))).line).toBe(
      'train: 14 images in 11 classes, from c0 1 to c4 3; 1 cannot be read.',
    );
  });
});

describe('a class of which nothing can be read', () => {
  test('is refused where each is needed', async () => {
    expect((await survey([of(1), ['bad', 'bad'], of(1)])).line).toBe(
      'No image can be read of a class of train, in DIR:\n' +
        '  c1, 2 images: Cannot read DIR/c1/0.png: it is no JPEG, PNG or WebP image; it starts with 6e6f2069.\n' +
        'Replace the files, or remove the class from train and val.',
    );
  });

  test('is left out where one image is enough, and refused where there is not even that', async () => {
    expect(await survey([of(1), ['bad']], 'one image')).toEqual({
      line: 'train: 2 images in 2 classes: c0 1, c1 1 (1 cannot be read).',
      leftOut: ['c1/0.png'],
    });
    expect((await survey([[], ['bad'], ['bad']], 'one image')).line).toMatch(
      /^No image can be read of some classes of train, in DIR:\n {2}c1, 1 image: .*\n {2}c2, 1 image: /,
    );
  });

  test('ten are named, the others counted', async () => {
    const { line } = await survey(Array.from({ length: 12 }, (): Kind[] => ['bad']));
    const lines = String(line).split('\n');
    expect(lines.slice(1, 11).map((one) => one.split(',')[0])).toEqual(Array.from({ length: 10 }, (_, i) => `  c${i}`));
    expect(lines[11]).toBe('  and 2 more classes');
  });
});

test('an image is decoded until one of its class is sound, and no further', async () => {
  // The head of a cut image is sound: only where it is decoded is it found out.
  expect((await survey([['cut', 'good', 'cut']])).leftOut).toEqual(['c0/0.png']);
  expect((await survey([['cut', 'cut']])).leftOut).toEqual(['c0/0.png', 'c0/1.png']);
});
