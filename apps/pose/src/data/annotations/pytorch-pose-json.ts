// MPII as pytorch-pose's mpii_annotations.json has it: both splits in one file, coordinates counted from 1.
import { readDeclaredSize } from '../declared-size.js';
import { numJoints } from '../joints.js';
import type { Annotations, SkippedRecord } from './annotations.js';
import { skippedRecord } from './annotations.js';
import type { JsonRecord } from './json-record.js';
import { jointStates, noJoints, type PersonRecord } from './person-record.js';

/** The file's coordinate of the first pixel's middle. */
const FIRST_PIXEL = 1;

/**
 * @param records from `readJsonRecords`
 * @returns people in the file's order, `isValidation` telling their split; the format holds no head boxes
 * @throws DataError when a record is not of this format
 */
export function readPytorchPoseJson(records: readonly JsonRecord[]): Annotations {
  const people: PersonRecord[] = [];
  const skipped: SkippedRecord[] = [];
  for (const record of records) {
    const image = record.text('img_paths');
    const [x, y] = record.numbers('objpos', 2);
    const scale = record.number('scale_provided');
    const split = record.number('isValidation') === 0 ? 'train' : 'val';
    const { joints, states } = readJoints(record);
    if (scale <= 0 || x! < 0 || y! < 0) {
      const problem = `objpos is (${x!}, ${y!}) and scale_provided ${scale}, expected numbers above 0`;
      skipped.push(skippedRecord('no position or scale', { origin: record.origin, image, split }, problem));
      continue;
    }
    people.push({
      image,
      center: { x: x! - FIRST_PIXEL, y: y! - FIRST_PIXEL },
      scale,
      joints,
      states,
      headSize: null,
      headBox: null,
      declaredSize: readDeclaredSize(record),
      split,
      origin: record.origin,
    });
  }
  return { people, skipped };
}

/** Rows are x, y, is visible. A joint nobody marked is 0, 0, 0: no pixel, since pixels count from 1. */
function readJoints(record: JsonRecord) {
  const rows = record.rows('joint_self', numJoints, 3);
  const { joints, states } = noJoints();
  for (const [joint, [x, y, isVisible]] of rows.entries()) {
    if (x! <= 0 && y! <= 0) continue;
    states[joint] = isVisible === 0 ? jointStates.hidden : jointStates.visible;
    joints[2 * joint] = x! - FIRST_PIXEL;
    joints[2 * joint + 1] = y! - FIRST_PIXEL;
  }
  return { joints, states };
}
