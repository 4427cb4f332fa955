// What a json in HRNet's form counts its pixels from. The format does not say it, and the official files and copies of
// them differ; but gt_valid.mat, which lies beside the official valid.json, has the same joints and counts from 1.
import { DataError } from 'training-kit/errors';
import { numJoints } from '../joints.js';
import type { GtValid } from './gt-valid.js';
import type { JsonRecord } from './json-record.js';

/** The coordinate of the first pixel's middle. */
export type FirstPixel = 0 | 1;

/** Both files are rounded, a pixel is far more. */
const TOLERANCE = 0.05;
/** Of the joints compared; a few may have been mended by hand. */
const LEAST_SHARE = 0.9;

/** What `findFirstPixel` found. */
export interface FoundFirstPixel {
  readonly firstPixel: FirstPixel;
  readonly numEqual: number;
  readonly numCompared: number;
}

/**
 * @param records of valid.json
 * @param gtValid of the same people in the same order
 * @returns undefined where no joint is in both
 * @throws DataError when the joints agree in neither way: the files are of other people
 */
export function findFirstPixel(records: readonly JsonRecord[], gtValid: GtValid): FoundFirstPixel | undefined {
  gtValid.checkCount(records.length);
  const numEqual = { 0: 0, 1: 0 };
  let numCompared = 0;
  for (const [person, record] of records.entries()) {
    if (!record.has('joints')) continue;
    const places = record.rows('joints', numJoints, 2);
    const isThere = record.numbers('joints_vis', numJoints);
    for (let joint = 0; joint < numJoints; joint++) {
      const marked = gtValid.placeOf(person, joint);
      if (isThere[joint] !== 1 || marked === undefined) continue;
      const [x, y] = places[joint]!;
      numCompared++;
      for (const firstPixel of [0, 1] as const) {
        const isEqual =
          Math.abs(x! + 1 - firstPixel - marked.x) < TOLERANCE && Math.abs(y! + 1 - firstPixel - marked.y) < TOLERANCE;
        if (isEqual) numEqual[firstPixel]++;
      }
    }
  }
  if (numCompared === 0) return undefined;
  for (const firstPixel of [1, 0] as const) {
    if (numEqual[firstPixel] >= LEAST_SHARE * numCompared) {
      return { firstPixel, numEqual: numEqual[firstPixel], numCompared };
    }
  }
  throw new DataError(
    gtValid.file,
    `${gtValid.file} has other joints than the json beside it: of ${numCompared} in both, ${numEqual[1]} are at the same ` +
      `place and ${numEqual[0]} a pixel before it. They belong together, person by person: take both from one place.`,
  );
}
