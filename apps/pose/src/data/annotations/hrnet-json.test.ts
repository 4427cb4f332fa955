import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectedJoints, hrnetRecord, places } from '../../../test/annotation-fixtures.js';
import type { GtValid } from './gt-valid.js';
import { readHrnetJson } from './hrnet-json.js';
import { JsonRecord } from './json-record.js';
import { jointStates } from './person-record.js';

const recordsOf = (...all: Record<string, unknown>[]) =>
  all.map((fields, i) => new JsonRecord({ file: 'valid.json', record: `record ${i}` }, fields));
const val = { split: 'val', firstPixel: 0 } as const;

test('joints_vis 0 is a missing joint, whatever place the file gives it', () => {
  const records = recordsOf(hrnetRecord({ joints_vis: places.map((_, i) => (i === 3 ? 0 : 1)) }));
  const [person] = readHrnetJson(records, { ...val, firstPixel: 1 }).people;
  expect(Array.from(person!.joints)).toEqual(expectedJoints(1, [3]));
  expect(person!.states[3]).toBe(jointStates.missing);
});

test.each([
  { fields: {}, headSize: null },
  { fields: { headsize: 17.5 }, headSize: 17.5 },
  { fields: { headsize: 0 }, headSize: null },
  { fields: { headsize: -1 }, headSize: null },
])('$fields is a head of $headSize pixels', ({ fields, headSize }) => {
  const [person] = readHrnetJson(recordsOf(hrnetRecord(fields)), val).people;
  expect(person).toMatchObject({ headSize, headBox: null });
});

test.each([
  { fields: { scale: 0 }, found: 'center is (31, 41) and scale 0' },
  { fields: { center: [-1, 41] }, found: 'center is (-1, 41) and scale 0.5' },
  { fields: { center: [31, -1] }, found: 'center is (31, -1) and scale 0.5' },
])('a person without a place is skipped: $found', ({ fields, found }) => {
  const { people, skipped } = readHrnetJson(recordsOf(hrnetRecord(fields), hrnetRecord()), val);
  expect(people.map(({ origin }) => origin.record)).toEqual(['record 1']);
  expect(skipped).toEqual([
    {
      reason: 'no position or scale',
      image: 'a.jpg',
      split: 'val',
      message: `valid.json, record 0 (a.jpg): ${found}, expected numbers above 0. The record is skipped.`,
    },
  ]);
});

test('gt_valid.mat is asked by the record’s place in the file, skipped ones counted', () => {
  const asked: [of: string, person: number][] = [];
  const gtValid: GtValid = {
    file: 'gt_valid.mat',
    checkCount: (numPeople) => asked.push(['count', numPeople]),
    headBox: (person) => {
      asked.push(['head', person]);
      return person === 1 ? { x1: 0, y1: 0, x2: 3, y2: 4 } : null;
    },
    placeOf: () => undefined,
    amendJoints: (person, _joints, states) => {
      asked.push(['joints', person]);
      states[0] = jointStates.hidden;
    },
  };
  const records = recordsOf(hrnetRecord({ scale: 0 }), hrnetRecord(), hrnetRecord({ headsize: 9 }));
  const { people } = readHrnetJson(records, { ...val, gtValid });
  expect(asked).toEqual([['count', 3], ['joints', 0], ['joints', 1], ['head', 1], ['joints', 2], ['head', 2]]); // prettier-ignore
  expect(people.map(({ states }) => states[0])).toEqual([jointStates.hidden, jointStates.hidden]);
  // Where the .mat has no box, the size in the record counts.
  expect(people.map(({ headBox }) => headBox)).toEqual([{ x1: 0, y1: 0, x2: 3, y2: 4 }, null]);
  expect(people[0]!.headSize).toBeCloseTo(3, 12);
  expect(people[1]!.headSize).toBe(9);
});

test('a file that counts from 1 is read as one from 0 whose places are all a pixel less', () => {
  const pixel = fc.integer({ min: 1, max: 2000 });
  const place = fc.tuple(pixel, pixel);
  const joints = fc.array(place, { minLength: 16, maxLength: 16 });
  const visible = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(place, joints, visible, (center, at, isThere) => {
      const peopleOf = (by: number, firstPixel: 0 | 1) => {
        const less = (values: readonly number[]) => values.map((value) => value - by);
        const fields = { center: less(center), joints: at.map(less), joints_vis: isThere };
        return readHrnetJson(recordsOf(hrnetRecord(fields)), { split: 'train', firstPixel }).people;
      };
      expect(peopleOf(0, 1)).toEqual(peopleOf(1, 0));
    }),
    { numRuns: 30, seed: 1 },
  );
});
