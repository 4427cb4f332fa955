// MPII as HRNet's json has it: image, center, scale, joints [16][2], joints_vis [16]. A file is one split. PCKh needs
// the head boxes of gt_valid.mat, which lies beside valid.json; copies that carry `headsize` in the record need none.
import { readDeclaredSize } from '../declared-size.js';
import { numJoints } from '../joints.js';
import type { Annotations, SkippedRecord } from './annotations.js';
import { skippedRecord } from './annotations.js';
import type { FirstPixel } from './first-pixel.js';
import type { GtValid } from './gt-valid.js';
import type { JsonRecord } from './json-record.js';
import { headSizeOf, jointStates, noJoints, type PersonRecord, type PersonSplit } from './person-record.js';

export interface HrnetOptions {
  readonly split: PersonSplit;
  /** 1 in the official files, whose loader takes 1 off. */
  readonly firstPixel: FirstPixel;
  /** Of the same people in the same order. */
  readonly gtValid?: GtValid;
}

/**
 * @param records from `readJsonRecords`
 * @returns people in the file's order; `joints_vis` 0 is a missing joint, unless gt_valid.mat places it: then hidden
 * @throws DataError when a record is not of this format, or gt_valid.mat is of other people
 */
export function readHrnetJson(
  records: readonly JsonRecord[],
  { split, firstPixel, gtValid }: HrnetOptions,
): Annotations {
  gtValid?.checkCount(records.length);
  const people: PersonRecord[] = [];
  const skipped: SkippedRecord[] = [];
  for (const [i, record] of records.entries()) {
    const image = record.text('image');
    const [x, y] = record.numbers('center', 2);
    const scale = record.number('scale');
    const { joints, states } = readJoints(record, firstPixel);
    gtValid?.amendJoints(i, joints, states);
    // The official files write a center of −1 where MPII has none.
    if (scale <= 0 || x! < 0 || y! < 0) {
      skipped.push(
        skippedRecord(
          'no position or scale',
          { origin: record.origin, image, split },
          `center is (${x!}, ${y!}) and scale ${scale}, expected numbers above 0`,
        ),
      );
      continue;
    }
    const headBox = gtValid?.headBox(i) ?? null;
    people.push({
      image,
      center: { x: x! - firstPixel, y: y! - firstPixel },
      scale,
      joints,
      states,
      headSize: headBox === null ? readHeadSize(record) : headSizeOf(headBox),
      headBox,
      declaredSize: readDeclaredSize(record),
      split,
      origin: record.origin,
    });
  }
  return { people, skipped };
}

function readJoints(record: JsonRecord, firstPixel: number) {
  if (!record.has('joints')) {
    throw record.error('it has no "joints"', 'MPII publishes none for its test images: pass the train or valid file.');
  }
  const places = record.rows('joints', numJoints, 2);
  const isThere = record.numbers('joints_vis', numJoints);
  const { joints, states } = noJoints();
  for (let joint = 0; joint < numJoints; joint++) {
    const flag = isThere[joint]!;
    if (flag !== 0 && flag !== 1) throw record.error(`"joints_vis[${joint}]" is ${flag}, expected 0 or 1`);
    if (flag === 0) continue;
    states[joint] = jointStates.visible;
    joints[2 * joint] = places[joint]![0]! - firstPixel;
    joints[2 * joint + 1] = places[joint]![1]! - firstPixel;
  }
  return { joints, states };
}

function readHeadSize(record: JsonRecord): number | null {
  if (!record.has('headsize')) return null;
  const size = record.number('headsize');
  return size > 0 ? size : null;
}
