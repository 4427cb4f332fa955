import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { DataError } from 'training-kit/errors';
import { beforeAll, describe, expect, test } from 'vitest';
import { messageOf, temporaryFolder } from '../../../test/annotation-fixtures.js';
import type { Annotations } from './annotations.js';
import { brokenImageError, checkRecords, checkSomeImage, describeBrokenImage, withHeadSize } from './check-records.js';
import { jointStates, noJoints, type PersonRecord } from './person-record.js';

const folder = temporaryFolder();
beforeAll(async () => {
  await sharp({ create: { width: 60, height: 70, channels: 3, background: 'teal' } }).toFile(join(folder, 'a.png'));
  writeFileSync(join(folder, 'broken.png'), 'no image');
});

/** A person whose left knee alone is annotated. */
function personAt(x: number, y: number, change: Partial<PersonRecord> = {}): PersonRecord {
  const { joints, states } = noJoints();
  joints.set([x, y], 8);
  states[4] = jointStates.hidden;
  return {
    ...{ image: 'a.png', center: { x: 30, y: 40 }, scale: 0.5, joints, states, headSize: 9, headBox: null },
    ...({ declaredSize: null, split: 'train', origin: { file: 'people.json', record: 'record 0' } } as const),
    ...change,
  };
}

const annotationsOf = (...people: PersonRecord[]): Annotations => ({ people, skipped: [], notes: ['a note'] });
const inBroken = personAt(1, 1, { image: 'broken.png' });
const MEND =
  'Add or replace the image, or pass --on-bad-image skip to go on without such records and have them counted.';

describe('joints', () => {
  // An image of 60 × 70 pixels has its last ones at 59 and 69; at a scale of 0.5 joints may lie 5 pixels outside.
  test.each([
    { x: -5, y: -5, isKept: true },
    { x: 64, y: 74, isKept: true },
    { x: -5.01, y: 0, isKept: false },
    { x: 0, y: -5.01, isKept: false },
    { x: 64.01, y: 0, isKept: false },
    { x: 0, y: 74.01, isKept: false },
  ])('one at ($x, $y) is taken: $isKept', async ({ x, y, isKept }) => {
    const { people, skipped, notes } = await checkRecords(annotationsOf(personAt(x, y)), folder, 'stop');
    expect(people).toHaveLength(isKept ? 1 : 0);
    expect(skipped.map(({ reason }) => reason)).toEqual(isKept ? [] : ['joint outside the image']);
    expect(notes).toEqual(['a note']);
  });

  test('those inside are taken, and those that are missing may be anywhere', async () => {
    const x = fc.integer({ min: 0, max: 59 });
    const y = fc.integer({ min: 0, max: 69 });
    const anywhere = fc.integer({ min: -9999, max: 9999 });
    const check = fc.asyncProperty(x, y, anywhere, anywhere, async (insideX, insideY, otherX, otherY) => {
      const person = personAt(insideX, insideY);
      person.joints.set([otherX, otherY], 20);
      expect((await checkRecords(annotationsOf(person), folder, 'stop')).people).toHaveLength(1);
    });
    await fc.assert(check, { numRuns: 20, seed: 1 });
  });
});

describe('images', () => {
  test('those skipped before stay first, and the order of people is kept', async () => {
    const before = { reason: 'no joint', image: 'z.png', split: 'train', message: 'before' } as const;
    const people = [personAt(1, 1), inBroken, personAt(2, 2)];
    const { people: kept, skipped } = await checkRecords({ people, skipped: [before] }, folder, 'skip');
    expect(kept.map(({ joints }) => joints[8])).toEqual([1, 2]);
    expect(skipped.map(({ reason }) => reason)).toEqual(['no joint', 'broken image']);
  });

  test.each(['../a.png', '/etc/hostname'])('%s is no image of the folder', async (image) => {
    expect(await messageOf(checkRecords(annotationsOf(personAt(1, 1, { image })), folder, 'stop'), folder)).toBe(
      `people.json, record 0 (${image}): ${join(folder, image).replace(folder, 'DIR')} cannot be used: the name leads out ` +
        `of the images folder. The run stops.\n${MEND}`,
    );
  });

  test('an image has the name that it has on the disk', async () => {
    mkdirSync(join(folder, 'cafe\u0301'));
    await sharp({ create: { width: 60, height: 70, channels: 3, background: 'teal' } }).toFile(
      join(folder, 'cafe\u0301', 'b.png'),
    );
    const { people } = await checkRecords(annotationsOf(personAt(1, 1, { image: 'caf\u00e9/b.png' })), folder, 'stop');
    expect(people.map(({ image }) => image)).toEqual(['cafe\u0301/b.png']);
  });
});

test('people without a head size are left out of what is evaluated', () => {
  const headless = personAt(1, 1, { headSize: null, split: 'val' });
  expect(withHeadSize(annotationsOf(personAt(2, 2), headless))).toEqual({
    people: [personAt(2, 2)],
    skipped: [
      {
        reason: 'no head box',
        image: 'a.png',
        split: 'val',
        message: 'people.json, record 0 (a.png): it has no head box, which PCKh needs. The record is skipped.',
      },
    ],
    notes: ['a note'],
  });
});

describe('some image of a split', () => {
  test('one that can be read is enough where broken ones are skipped', async () => {
    await expect(checkSomeImage(annotationsOf(inBroken, personAt(1, 1)), folder, 'skip')).resolves.toBeUndefined();
    await expect(checkSomeImage(annotationsOf(), folder, 'stop')).resolves.toBeUndefined();
  });

  test('the first one must be read where they stop the run', async () => {
    expect(await messageOf(checkSomeImage(annotationsOf(inBroken, personAt(1, 1)), folder, 'stop'), folder)).toBe(
      `people.json, record 0 (broken.png): it is no JPEG, PNG or WebP image; it starts with 6e6f2069. The run stops.\n${MEND}`,
    );
  });

  test('none', async () => {
    expect(await messageOf(checkSomeImage(annotationsOf(inBroken, inBroken), folder, 'skip'), folder)).toBe(
      'None of the first 1 images of people.json can be read; broken.png, for one: it is no JPEG, PNG or WebP image; it ' +
        'starts with 6e6f2069.\nIs DIR complete?',
    );
  });
});

test('what is wrong with an image that was left out, and one that can be read again', async () => {
  expect(await describeBrokenImage(inBroken, folder)).toBe(
    'people.json, record 0 (broken.png): it is no JPEG, PNG or WebP image; it starts with 6e6f2069.',
  );
  expect(await describeBrokenImage(personAt(1, 1), folder)).toBe(
    'people.json, record 0 (a.png): it could not be read when it was needed, and can be now.',
  );
});

test('an image that breaks a batch keeps its cause', () => {
  const cause = new Error('cut');
  const error = brokenImageError(inBroken, 'it is cut short', cause);
  expect(error).toBeInstanceOf(DataError);
  expect(error.file).toBe('people.json');
  expect(error.cause).toBe(cause);
});
