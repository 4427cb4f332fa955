import { DataError } from 'training-kit/errors';
import { describe, expect, test } from 'vitest';
import { readGtValid } from './gt-valid.js';
import type { MatlabValue } from './matlab/matlab-value.js';
import { jointStates, noJoints } from './person-record.js';

const names = 'rank rkne rhip lhip lkne lank pelv thor neck head rwri relb rsho lsho lelb lwri'.split(' ');

function numbers(shape: readonly number[], values: readonly number[]): MatlabValue {
  return { kind: 'numbers', shape, values };
}

function cell(texts: readonly string[]): MatlabValue {
  const at = (i: number): MatlabValue => ({ kind: 'text', text: texts[i]! });
  return { kind: 'cell', shape: [1, texts.length], length: texts.length, at };
}

/** Row i of person p lies at (100p + i, 100p + 50 + i), counted from 1. */
const rows = (person: number, first: number) => names.map((_, row) => 100 * person + first + row);

/** Two people; the second has no head box and misses the joint of row 1. */
const sound: Readonly<Record<string, MatlabValue>> = {
  dataset_joints: cell(names),
  jnt_missing: numbers([16, 2], [...names.map(() => 0), ...names.map((_, row) => (row === 1 ? 1 : 0))]),
  pos_gt_src: numbers([16, 2, 2], [...rows(0, 0), ...rows(0, 50), ...rows(1, 0), ...rows(1, 50)]),
  headboxes_src: numbers([2, 2, 2], [11, 14, 21, 25, 7, 7, 8, 8]), // x1, x2, y1, y2 of each person
};

function read(change: Readonly<Record<string, MatlabValue | undefined>> = {}) {
  const given = Object.entries({ ...sound, ...change }).filter((entry): entry is [string, MatlabValue] => !!entry[1]);
  return readGtValid(new Map(given), 'gt_valid.mat');
}

describe('each person has', () => {
  test('a head box, 0-based; none where it has no extent', () => {
    expect(read().headBox(0)).toEqual({ x1: 10, y1: 20, x2: 13, y2: 24 });
    expect(read().headBox(1)).toBeNull();
  });

  test('places as the file counts them, none of what it calls missing', () => {
    const gtValid = read();
    expect(gtValid.placeOf(0, 1)).toEqual({ x: 1, y: 51 });
    expect(gtValid.placeOf(1, 1)).toBeUndefined();
    expect(gtValid.placeOf(1, 15)).toEqual({ x: 115, y: 165 });
  });

  test('joints that are amended: missing, hidden where the json left it out, else as they were', () => {
    const { joints, states } = noJoints();
    joints.fill(9, 0, 4); // joints 0 and 1
    states.fill(jointStates.visible, 0, 2);
    read().amendJoints(1, joints, states);
    expect(Array.from(joints.subarray(0, 6))).toEqual([9, 9, 0, 0, 101, 151]);
    expect(Array.from(states)).toEqual([jointStates.visible, jointStates.missing, ...new Array<number>(14).fill(jointStates.hidden)]); // prettier-ignore
  });
});

test('the order of joints is the file’s own', () => {
  const gtValid = read({ dataset_joints: cell(names.toReversed()) });
  expect(gtValid.placeOf(0, 0)).toEqual({ x: 15, y: 65 });
  expect(gtValid.placeOf(1, 14)).toBeUndefined();
});

test('of one person alone, the last dimension is dropped', () => {
  const gtValid = read({
    jnt_missing: numbers([16, 1], new Array<number>(16).fill(0)),
    pos_gt_src: numbers([16, 2], [...rows(0, 0), ...rows(0, 50)]),
    headboxes_src: numbers([2, 2], [11, 14, 21, 25]),
  });
  expect(gtValid.placeOf(0, 2)).toEqual({ x: 2, y: 52 });
  expect(() => {
    gtValid.checkCount(1);
  }).not.toThrow();
});

test.each([
  {
    change: { dataset_joints: cell(['nose', 'rkne']) },
    said: `dataset_joints is [nose, rkne], expected ${names.join(', ')}. Is it the gt_valid.mat that belongs to the json?`,
  },
  {
    change: { dataset_joints: undefined },
    said: `dataset_joints is [], expected ${names.join(', ')}. Is it the gt_valid.mat that belongs to the json?`,
  },
  {
    change: { jnt_missing: undefined },
    said: 'jnt_missing is missing, expected numbers of shape [16, people].',
  },
  {
    change: { pos_gt_src: cell(names) },
    said: 'pos_gt_src is a cell, expected numbers of shape [16, 2, people].',
  },
  {
    change: { pos_gt_src: numbers([2, 16, 2], new Array<number>(64).fill(0)) },
    said: 'pos_gt_src is of shape [2, 16, 2], expected numbers of shape [16, 2, people]. Is it gt_valid.mat?',
  },
  {
    change: { headboxes_src: numbers([2, 2, 3], new Array<number>(12).fill(1)) },
    said: 'jnt_missing is of 2 people, headboxes_src of 3. The file is damaged.',
  },
])('$said', ({ change, said }) => {
  expect(() => read(change)).toThrow(new DataError('gt_valid.mat', `Cannot read gt_valid.mat: ${said}`));
});
