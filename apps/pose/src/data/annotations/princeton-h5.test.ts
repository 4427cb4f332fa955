import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectedJoints, messageOf, places, temporaryFolder } from '../../../test/annotation-fixtures.js';
import { codes, type H5Datasets, writeAnnotH5, writeValidH5 } from '../../../test/princeton-h5-writer.js';
import { noData, posePack } from '../../../test/real-data.js';
import { readPrincetonH5 } from './princeton-h5.js';
import { readAnnotations } from './read-annotations.js';

const folder = temporaryFolder();
const write = (name: string, change: H5Datasets = {}) => writeValidH5(join(folder, name), change);

test.each([
  { encoding: 'strings', change: {} },
  { encoding: 'character codes', change: { imgname: codes(['a.jpg', 'longer.jpg']) } },
])('image names as $encoding; boxes made small again', async ({ encoding, change }) => {
  const file = await write(`${encoding}.h5`, change);
  const { people } = await readPrincetonH5(file, 'val');
  expect(people).toHaveLength(2);
  // 0.625 = 1.25 · 0.5; 48.5 = 41 + 15 · 0.5; and the first pixel is 1.
  expect(people[0]).toEqual({
    image: 'a.jpg',
    center: { x: 30, y: 40 },
    scale: 0.5,
    joints: Float64Array.from(expectedJoints(1)),
    states: new Uint8Array(16).fill(2),
    headSize: 12.5,
    headBox: null,
    declaredSize: null,
    split: 'val',
    origin: { file, record: 'record 0' },
  });
  expect(people[1]).toMatchObject({ image: 'longer.jpg', headSize: null });
  expect(Array.from(people[1]!.joints)).toEqual(expectedJoints(1, [4]));
  expect(Array.from(people[1]!.states.subarray(3, 7))).toEqual([2, 0, 1, 2]);
});

test('a file that is no HDF5, or cut short, or of another layout', async () => {
  const garbage = join(folder, 'garbage.h5');
  writeFileSync(garbage, 'no HDF5 at all');
  expect(await messageOf(readPrincetonH5(garbage, 'val'), folder)).toBe(
    'Cannot read DIR/garbage.h5: the HDF5 library refuses it (file signature not found). ' +
      'The file looks cut short or damaged; download it again.',
  );
  expect(await messageOf(readPrincetonH5(join(folder, 'nowhere.h5'), 'val'), folder)).toBe(
    'Cannot read DIR/nowhere.h5: there is no such file.',
  );
  expect(await messageOf(readPrincetonH5(await write('less.h5', { part: undefined }), 'val'), folder)).toBe(
    'Cannot read DIR/less.h5: it has no dataset "part" (it has center, imgname, normalize, scale, visible). ' +
      'Is it the right file?',
  );
  const short = { part: { data: Float64Array.from(places.flat()), shape: [1, 16, 2] } };
  expect(await messageOf(readPrincetonH5(await write('short.h5', short), 'val'), folder)).toBe(
    'Cannot read DIR/short.h5: "part" is of shape [1, 16, 2], expected [2, 16, 2].',
  );
});

test('a person whom nobody marked has no joints: −1, −1 is no place', async () => {
  const none = places.flatMap(() => [-1, -1]);
  const part = { data: Float64Array.from([...places.flat(), ...none]), shape: [2, 16, 2] };
  const { people } = await readPrincetonH5(await write('nobody.h5', { part }), 'train');
  expect(Array.from(people[1]!.states)).toEqual(new Array<number>(16).fill(0));
  expect(Array.from(people[1]!.joints)).toEqual(new Array<number>(32).fill(0));
});

describe('annot.h5, told by its keys', () => {
  test('boxes as they are; istrain says who is of which split', async () => {
    const file = await writeAnnotH5(join(folder, 'annot.h5'), [
      { image: 'a.jpg', istrain: 1, isMarked: true },
      { image: 'b.jpg', istrain: 0, isMarked: false },
      { image: 'c.jpg', istrain: 2, isMarked: false },
      { image: 'd.jpg', istrain: 2, isMarked: true },
    ]);
    const { people, skipped } = await readPrincetonH5(file, 'val');
    expect(people.map(({ image, split }) => [image, split])).toEqual([
      ['a.jpg', 'train'],
      ['c.jpg', 'train'],
      ['d.jpg', 'val'],
    ]);
    // Center (31, 41) and scale 0.5 as in MPII's own file, counted from 1.
    expect(people[0]).toMatchObject({ center: { x: 30, y: 40 }, scale: 0.5, headSize: 12.5 });
    expect(Array.from(people[0]!.joints)).toEqual(expectedJoints(1, [4]));
    expect(Array.from(people[1]!.states)).toEqual(new Array<number>(16).fill(0));
    expect(
      skipped.map(({ message, ...record }) => ({ ...record, message: message.replaceAll(folder, 'DIR') })),
    ).toEqual([
      {
        reason: 'person of test',
        image: 'b.jpg',
        split: 'test',
        message:
          'DIR/annot.h5, record 1 (b.jpg): istrain is 0, a person of test, whose joints MPII does not publish. ' +
          'The record is skipped.',
      },
    ]);
  });

  test('an istrain that is none, or none at all', async () => {
    const file = await writeAnnotH5(join(folder, 'wrong.h5'), [{ image: 'a.jpg', istrain: 7, isMarked: true }]);
    expect(await messageOf(readPrincetonH5(file, 'train'), folder)).toBe(
      'DIR/wrong.h5, record 0 (a.jpg): istrain is 7, expected 0, 1 or 2. The run stops.\nDownload the file again.',
    );
    const multi = { data: Float64Array.of(0, 0), shape: [2] };
    expect(await messageOf(readPrincetonH5(await write('half.h5', { multi }), 'train'), folder)).toBe(
      'Cannot read DIR/half.h5: it has no dataset "istrain" (it has center, imgname, multi, normalize, part, scale, ' +
        'visible). Is it the right file?',
    );
  });
});

test.skipIf(noData !== '')(`real h5${noData}`, async () => {
  const file = join(posePack, 'annot', 'mpii_valid_princeton.h5');
  const { people, skipped } = await readAnnotations(file, { split: 'val', firstPixel: 1 });
  expect(people).toHaveLength(2958);
  expect(skipped).toEqual([]);
  expect(people.every(({ headSize }) => headSize! > 0)).toBe(true);
  // As the original annotation has it: center (966, 340), scale 4.718488, counted from 1.
  expect(people[0]!.image).toBe('005808361.jpg');
  expect(people[0]!.center.x).toBe(965);
  expect(people[0]!.center.y).toBeCloseTo(339, 3);
  expect(people[0]!.scale).toBeCloseTo(4.718488, 5);
  expect(Array.from(people[0]!.joints.subarray(0, 4))).toEqual([803, 710, 815, 509]);
  // The authors' evaluation counts 44 239: it passes over a joint whose x is 0 in the file, though its y is not.
  const annotated = people.flatMap(({ joints, states }) =>
    Array.from(states, (state, joint) => ({ state, x: joints[2 * joint]! })).filter(({ state }) => state > 0),
  );
  expect(annotated).toHaveLength(44_240);
  expect(annotated.filter(({ x }) => x !== -1)).toHaveLength(44_239);
});
