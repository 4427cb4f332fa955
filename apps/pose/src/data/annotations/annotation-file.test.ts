// HRNet's and pytorch-pose's json, through the door that tells them apart.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  expectedJoints,
  hrnetRecord,
  messageOf,
  places,
  pytorchPoseRecord,
  temporaryFolder,
} from '../../../test/annotation-fixtures.js';
import { cell, matrix, text, writeMatlab5 } from '../../../test/matlab5-writer.js';
import { noData, posePack } from '../../../test/real-data.js';
import { readAnnotations } from './read-annotations.js';

const folder = temporaryFolder();
const train = { split: 'train', firstPixel: 1 } as const;

function write(content: unknown, name = 'train.json'): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('HRNet', () => {
  test('a record, counted from 1 and from 0', async () => {
    const file = write([hrnetRecord({ joints_vis: places.map((_, i) => (i === 6 ? 0 : 1)) })]);
    const { people, skipped } = await readAnnotations(file, train);
    expect(skipped).toEqual([]);
    expect(people).toEqual([
      {
        image: 'a.jpg',
        center: { x: 30, y: 40 },
        scale: 0.5,
        joints: Float64Array.from(expectedJoints(1, [6])),
        states: Uint8Array.from(places, (_, i) => (i === 6 ? 0 : 2)),
        headSize: null,
        headBox: null,
        declaredSize: null,
        split: 'train',
        origin: { file, record: 'record 0' },
      },
    ]);
    const fromZero = await readAnnotations(write([hrnetRecord({ headsize: 17.5 })]), { split: 'val', firstPixel: 0 });
    expect(Array.from(fromZero.people[0]!.joints)).toEqual(expectedJoints(0));
    expect(fromZero.people[0]).toMatchObject({ center: { x: 31, y: 41 }, headSize: 17.5, split: 'val' });
  });

  test('gt_valid.mat beside valid.json: head boxes, missing and hidden joints', async () => {
    const home = join(folder, 'with-gt');
    mkdirSync(home);
    const file = join(home, 'valid.json');
    // The json left out joint 2, which the .mat has at (70, 80); the .mat calls joint 5 missing.
    writeFileSync(file, JSON.stringify([hrnetRecord({ joints_vis: places.map((_, i) => (i === 2 ? 0 : 1)) })]));
    const names = 'rank rkne rhip lhip lkne lank pelv thor neck head rwri relb rsho lsho lelb lwri'.split(' ');
    const variables = {
      dataset_joints: cell(...names.map(text)),
      jnt_missing: matrix(
        [16, 1],
        places.map((_, i) => (i === 5 ? 1 : 0)),
      ),
      pos_gt_src: matrix(
        [16, 2],
        [...places.map(([x], i) => (i === 2 ? 70 : x)), ...places.map(([, y], i) => (i === 2 ? 80 : y))],
      ),
      headboxes_src: matrix([2, 2], [11, 14, 21, 25]), // (x1, x2, y1, y2) in MATLAB's order of memory
    };
    writeFileSync(join(home, 'gt_valid.mat'), writeMatlab5(variables, { isCompressed: true }));
    const { people } = await readAnnotations(file, { split: 'val', firstPixel: 1 });
    const [person] = people;
    expect(person!.headBox).toEqual({ x1: 10, y1: 20, x2: 13, y2: 24 });
    expect(person!.headSize).toBeCloseTo(0.6 * 5, 12);
    expect(Array.from(person!.states)).toEqual(places.map((_, i) => (i === 2 ? 1 : i === 5 ? 0 : 2)));
    expect(Array.from(person!.joints.subarray(4, 6))).toEqual([69, 79]);
    expect(Array.from(person!.joints.subarray(10, 12))).toEqual([0, 0]);

    writeFileSync(file, JSON.stringify([hrnetRecord(), hrnetRecord()]));
    expect(await messageOf(readAnnotations(file, train), home)).toBe(
      'DIR/gt_valid.mat is of 1 people, the json beside it of 2. They belong together: take both from one place.',
    );
  });

  describe('what pixels count from', () => {
    const home = join(folder, 'official');
    const names = 'rank rkne rhip lhip lkne lank pelv thor neck head rwri relb rsho lsho lelb lwri'.split(' ');
    /** gt_valid.mat with joint i at (10 + i, 20 + 2i), counted from 1. */
    const gtValid = writeMatlab5({
      dataset_joints: cell(...names.map(text)),
      jnt_missing: matrix([16, 1], new Array<number>(16).fill(0)),
      pos_gt_src: matrix([16, 2], [...places.map(([x]) => x), ...places.map(([, y]) => y)]),
      headboxes_src: matrix([2, 2], [11, 14, 21, 25]),
    });
    const shifted = (by: number) => places.map(([x, y]) => [x + by, y + by]);
    const readIn = async (name: string, firstPixel: 0 | 1 | null) => {
      const { people, notes } = await readAnnotations(join(home, name), { split: 'val', firstPixel });
      return { first: Array.from(people[0]!.joints.subarray(0, 2)), notes };
    };
    beforeAll(() => {
      mkdirSync(home);
      writeFileSync(join(home, 'gt_valid.mat'), gtValid);
    });

    test.each([
      {
        by: 0,
        note: 'counts its pixels from 1: of 16 joints of valid.json 16 are where gt_valid.mat has them, which counts from 1.',
      },
      {
        by: -1,
        note:
          'counts its pixels from 0: of 16 joints of valid.json 16 are a pixel before those of gt_valid.mat, which counts ' +
          'from 1.',
      },
    ])('gt_valid.mat beside it shows it: joints $by pixels off', async ({ by, note }) => {
      writeFileSync(join(home, 'valid.json'), JSON.stringify([hrnetRecord({ joints: shifted(by) })]));
      writeFileSync(join(home, 'train.json'), JSON.stringify([hrnetRecord({ joints: shifted(by) })]));
      expect(await readIn('valid.json', null)).toEqual({ first: [9, 19], notes: [`valid.json ${note}`] });
      // What lies in the same folder counts alike.
      expect(await readIn('train.json', null)).toEqual({ first: [9, 19], notes: [`train.json ${note}`] });
    });

    test('what is asked for stands, and is told where it is wrong', async () => {
      writeFileSync(join(home, 'valid.json'), JSON.stringify([hrnetRecord()]));
      expect(await readIn('valid.json', 1)).toEqual({ first: [9, 19], notes: [] });
      expect(await readIn('valid.json', 0)).toEqual({
        first: [10, 20],
        notes: [
          'valid.json is read as if it counted its pixels from 0, but it counts from 1: of 16 joints of valid.json 16 are ' +
            'where gt_valid.mat has them, which counts from 1. All its joints are a pixel off. Pass --first-pixel 1.',
        ],
      });
    });

    test('joints of other people are refused', async () => {
      writeFileSync(join(home, 'valid.json'), JSON.stringify([hrnetRecord({ joints: shifted(7) })]));
      expect(await messageOf(readIn('valid.json', null), home)).toBe(
        'DIR/gt_valid.mat has other joints than the json beside it: of 16 in both, 0 are at the same place and 0 a pixel ' +
          'before it. They belong together, person by person: take both from one place.',
      );
    });

    test('nothing shows it: 0 is taken, and told', async () => {
      const { notes } = await readAnnotations(write([hrnetRecord()]), { split: 'train', firstPixel: null });
      expect(notes).toEqual([
        'train.json is taken to count its pixels from 0: nothing beside it shows which. HRNet’s official files count from ' +
          '1; pass --first-pixel 1 for them, 0 for a copy that counts from 0.',
      ]);
    });
  });

  test('a record without a place is skipped', async () => {
    const file = write([hrnetRecord({ center: [-1, -1], scale: -1 }), hrnetRecord()]);
    const { people, skipped } = await readAnnotations(file, train);
    expect(people).toHaveLength(1);
    expect(people[0]!.origin.record).toBe('record 1');
    expect(skipped.map(({ reason, message }) => [reason, message.replaceAll(folder, 'DIR')])).toEqual([
      [
        'no position or scale',
        'DIR/train.json, record 0 (a.jpg): center is (-1, -1) and scale -1, expected numbers above 0. ' +
          'The record is skipped.',
      ],
    ]);
  });
});

test('pytorch-pose: both splits, hidden and missing joints', async () => {
  const jointSelf = places.map(([x, y], i) => (i === 0 ? [0, 0, 0] : [x, y, i === 1 ? 0 : 1]));
  const file = write([pytorchPoseRecord({ joint_self: jointSelf }), pytorchPoseRecord({ isValidation: 1 })]);
  const { people } = await readAnnotations(file, train);
  expect(people.map(({ split }) => split)).toEqual(['train', 'val']);
  expect(people[0]).toMatchObject({ image: 'b.jpg', center: { x: 30, y: 40 }, scale: 0.5, headSize: null });
  expect(Array.from(people[0]!.joints)).toEqual(expectedJoints(1, [0]));
  expect(Array.from(people[0]!.states)).toEqual([0, 1, ...new Array<number>(14).fill(2)]);
});

const MEND = 'The run stops.\nIs the file of the format that it was taken for, and whole?';
test.each([
  {
    content: '[{"image": "a.j',
    said: /^Cannot read DIR\/train.json: it is not JSON \(.*\). Expected a JSON array of records.$/s,
  },
  { content: { a: 1 }, said: 'Cannot read DIR/train.json: it holds an object, expected an array of records.' },
  { content: [], said: 'Cannot read DIR/train.json: it is an empty array.' },
  { content: [7], said: `DIR/train.json, record 0: it is 7, expected an object. ${MEND}` },
  {
    content: [{ name: 'x' }],
    said:
      'DIR/train.json, record 0: it has neither "joint_self" (pytorch-pose) nor "image" and "center" (HRNet). ' + MEND,
  },
  {
    content: [hrnetRecord(), hrnetRecord({ scale: 'big' })],
    said: `DIR/train.json, record 1 (a.jpg): "scale" is the text "big", expected a number. ${MEND}`,
  },
  {
    content: [hrnetRecord({ joints: places.slice(1) })],
    said: `DIR/train.json, record 0 (a.jpg): "joints" has 15 items, expected 16. ${MEND}`,
  },
  {
    content: [hrnetRecord({ joints: places.with(3, [1, null as unknown as number]) })],
    said: `DIR/train.json, record 0 (a.jpg): "joints[3][1]" is null, expected a number. ${MEND}`,
  },
  {
    content: [hrnetRecord({ joints_vis: places.map(() => 2) })],
    said: `DIR/train.json, record 0 (a.jpg): "joints_vis[0]" is 2, expected 0 or 1. ${MEND}`,
  },
  {
    content: [hrnetRecord({ joints: undefined })],
    said:
      'DIR/train.json, record 0 (a.jpg): it has no "joints". The run stops.\n' +
      'MPII publishes none for its test images: pass the train or valid file.',
  },
  {
    content: [pytorchPoseRecord({ objpos: undefined })],
    said: `DIR/train.json, record 0 (b.jpg): it has no "objpos". ${MEND}`,
  },
])('$said', async ({ content, said }) => {
  const message = await messageOf(readAnnotations(write(content), train), folder);
  if (typeof said === 'string') expect(message).toBe(said);
  else expect(message).toMatch(said);
});

test('a file of no known kind, and one that is not there', async () => {
  expect(await messageOf(readAnnotations(write('', 'train.txt'), train), folder)).toBe(
    'Cannot read DIR/train.txt: annotations are .json (HRNet, pytorch-pose), .h5 (hourglass authors) or .mat (MPII).',
  );
  expect(await messageOf(readAnnotations(join(folder, 'nowhere.json'), train), folder)).toBe(
    'Cannot read DIR/nowhere.json: there is no such file.',
  );
});

test.skipIf(noData !== '')(`real json${noData}`, async () => {
  const zeroBased = { split: 'train', firstPixel: 0 } as const;
  const read = (name: string) => readAnnotations(join(posePack, 'annot', name), zeroBased);
  const lspet = await read('lspet_train.json');
  expect(lspet.people).toHaveLength(360);
  expect(lspet.people[0]).toMatchObject({ image: 'lspet_im00012.jpg', scale: 0.9134, headSize: 17.839 });
  expect(Array.from(lspet.people[0]!.joints.subarray(0, 4))).toEqual([56.46, 197.87, 57.28, 155.82]);
  expect((await read('lspet_valid.json')).people).toHaveLength(100);
  const mpii = await readAnnotations(join(posePack, 'annot', 'mpii_5.json'), train);
  expect(mpii.people).toHaveLength(5);
  expect(mpii.people[0]).toMatchObject({ image: '005808361.jpg', center: { x: 965, y: 339 }, headSize: null });
});
