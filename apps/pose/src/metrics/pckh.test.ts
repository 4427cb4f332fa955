import { describe, expect, test } from 'vitest';
import { jointStates, type Point } from '../data/annotations/person-record.js';
import { jointIds, type JointName, jointNames } from '../data/joints.js';
import { normalizedErrors, type PckhReport, PckhSums, pckhThresholds, type PckhTruth } from './pckh.js';
import { type PckhVariant, pckhVariants } from './pckh-variants.js';

/** A person with a head of 10 px, whose joints all are at (50, 50); those named are missing. */
function person(missing: readonly JointName[] = [], headSize: number | null = 10): PckhTruth {
  const joints = new Float64Array(32).fill(50);
  const states = new Uint8Array(16).fill(jointStates.visible);
  for (const name of missing) {
    states[jointIds[name]] = jointStates.missing;
    joints.fill(0, 2 * jointIds[name], 2 * jointIds[name] + 2);
  }
  return { joints, states, headSize };
}

/** Predictions right on the truth, but for those named, which are off by that many head sizes. */
function predicted(off: Partial<Record<JointName, number>> = {}): Point[] {
  return jointNames.map((name) => ({ x: 50 + 10 * (off[name] ?? 0), y: 50 }));
}

function reportOf(variant: PckhVariant, people: readonly [PckhTruth, Point[]][]): PckhReport {
  const sums = new PckhSums(variant);
  for (const [truth, points] of people) sums.add(normalizedErrors(truth, points));
  return sums.report();
}

const rateOf = (report: PckhReport, part: string): number | null => report.rows.find((row) => row.part === part)!.rate;

describe('errors', () => {
  test('are in head sizes, both directions together', () => {
    const points = predicted();
    points[3] = { x: 53, y: 46 };
    expect([...normalizedErrors(person(), points)!]).toEqual(jointNames.map((_, joint) => (joint === 3 ? 0.5 : 0)));
  });

  test('missing joints have none, predictions that are no numbers an infinite one', () => {
    const points = predicted();
    points[jointIds.pelvis] = { x: NaN, y: 50 };
    const errors = normalizedErrors(person(['left wrist']), points)!;
    expect(errors[jointIds['left wrist']]).toBeNaN();
    expect(errors[jointIds.pelvis]).toBe(Infinity);
  });

  test('without head size there are none at all', () => {
    expect(normalizedErrors(person([], null), predicted())).toBeNull();
  });

  test('sixteen joints are wanted', () => {
    expect(() => normalizedErrors(person(), predicted().slice(1))).toThrow(
      new RangeError('There are 15 predicted joints, expected 16.'),
    );
  });
});

// Two people. Right ankle: the first is off, the second exactly at the threshold. Left ankle: missing in the first, right
// in the second. Pelvis: off in both. Everything else is right.
const people: [PckhTruth, Point[]][] = [
  [person(['left ankle']), predicted({ 'right ankle': 0.6, pelvis: 2 })],
  [person(), predicted({ 'right ankle': 0.5, pelvis: 2 })],
];

test.each<{ variant: PckhVariant; ankle: number; mean: number }>([
  // right 0/2 and left 1/1: mean of the rates. 13 of 14 joints have the rate 1, one has 0; pelvis and thorax do not count
  { variant: 'A', ankle: 0.5, mean: 13 / 14 },
  // the tie counts: right 1/2, left 1/1. 27 joints were there (2·14 − 1), 26 were found
  { variant: 'B', ankle: 0.75, mean: 26 / 27 },
  // no tie; left and right together 1/3. 31 joints were there (2·16 − 1); two ankles and two pelvises were not found
  { variant: 'C', ankle: 1 / 3, mean: 27 / 31 },
])('variant $variant', ({ variant, ankle, mean }) => {
  const report = reportOf(variant, people);
  expect(rateOf(report, 'ankle')).toBeCloseTo(ankle, 12);
  expect(report.mean).toBeCloseTo(mean, 12);
  expect(rateOf(report, 'pelvis')).toBe(0);
  expect(rateOf(report, 'knee')).toBe(1);
  expect(report.rows.find(({ part }) => part === 'ankle')).toMatchObject({
    count: 3,
    numCorrect: variant === 'B' ? 2 : 1,
  });
  expect(report).toMatchObject({ variant, numRecords: 2, numWithoutHeadSize: 0 });
});

test('a side that is never annotated leaves the other its rate', () => {
  const report = reportOf('A', [[person(['left ankle']), predicted({ 'right ankle': 1 })]]);
  expect(rateOf(report, 'ankle')).toBe(0);
  expect(report.mean).toBeCloseTo(12 / 13, 12);
});

test('a row whose joints are all missing is empty', () => {
  const report = reportOf('B', [[person(['left ankle', 'right ankle']), predicted()]]);
  expect(report.rows.find(({ part }) => part === 'ankle')).toEqual({
    part: 'ankle',
    rate: null,
    numCorrect: 0,
    count: 0,
  });
  expect(report.mean).toBe(1);
});

test.each(pckhVariants)('%s: left-right confusions are misses on both sides', (variant) => {
  const truth = person();
  for (const name of ['left knee', 'right knee'] as const)
    truth.joints[2 * jointIds[name]] = name === 'left knee' ? 80 : 20;
  const points = predicted();
  points[jointIds['left knee']] = { x: 20, y: 50 };
  points[jointIds['right knee']] = { x: 80, y: 50 };
  const report = reportOf(variant, [[truth, points]]);
  expect(rateOf(report, 'knee')).toBe(0);
  expect(report.mean).toBeCloseTo(variant === 'C' ? 14 / 16 : 12 / 14, 12);
});

test('the curve rises where errors are, and ends at the mean', () => {
  const truth = person(jointNames.filter((name) => name !== 'left elbow'));
  const at = (variant: PckhVariant, error: number): (number | null)[] => [
    ...reportOf(variant, [[truth, predicted({ 'left elbow': error })]]).curve,
  ];
  expect(pckhThresholds).toHaveLength(51);
  expect([pckhThresholds[0], pckhThresholds[11], pckhThresholds[50]]).toEqual([0, 0.11, 0.5]);
  expect(at('A', 0.25)).toEqual(pckhThresholds.map((threshold) => (threshold > 0.25 ? 1 : 0)));
  expect(at('B', 0.25)).toEqual(pckhThresholds.map((threshold) => (threshold >= 0.25 ? 1 : 0)));
  // a perfect prediction at threshold 0 is a tie
  expect(at('A', 0)[0]).toBe(0);
  expect(at('B', 0)[0]).toBe(1);
});

test('records without head size are left out and counted; nothing counted gives no rates', () => {
  const report = reportOf('C', [
    [person([], null), predicted({ pelvis: 9 })],
    [person(), predicted()],
  ]);
  expect(report).toMatchObject({ mean: 1, numRecords: 1, numWithoutHeadSize: 1 });
  const empty = reportOf('A', [[person([], null), predicted()]]);
  expect(empty).toMatchObject({ mean: null, numRecords: 0, numWithoutHeadSize: 1 });
  expect(empty.rows.every(({ rate }) => rate === null)).toBe(true);
});
