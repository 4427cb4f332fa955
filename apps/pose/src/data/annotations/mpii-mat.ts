// MPII's own annotations, mpii_human_pose_v1_u12_1.mat: one struct RELEASE whose annolist holds images and their people.
// Pixels count from 1. The file knows training and test images; the usual validation people are among the former.
import { DataError } from 'training-kit/errors';
import { numJoints } from '../joints.js';
import type { Annotations, SkippedRecord } from './annotations.js';
import { recordError, skippedRecord } from './annotations.js';
import type { MatlabStruct, MatlabValue } from './matlab/matlab-value.js';
import { numberIn, structIn, textIn } from './matlab/matlab-value.js';
import {
  type Box,
  headSizeOf,
  jointStates,
  noJoints,
  type PersonRecord,
  type Point,
  type RecordOrigin,
} from './person-record.js';

const FIRST_PIXEL = 1;

/**
 * @returns people of training images with joints, in the file's order, all of split 'train'; test images have none, and
 *   people whom nobody annotated are not records
 * @throws DataError when the file is not MPII's or damaged
 */
export function readMpiiMat(variables: ReadonlyMap<string, MatlabValue>, file: string): Annotations {
  const release = structIn(variables.get('RELEASE'));
  const images = structIn(release?.at(0, 'annolist'));
  const isTrain = release?.at(0, 'img_train');
  if (images === undefined || isTrain?.kind !== 'numbers' || isTrain.values.length !== images.length) {
    const names = [...variables.keys()].join(', ');
    throw new DataError(
      file,
      `Cannot read ${file}: it holds no RELEASE.annolist with an img_train for each image (variables: ${names}). ` +
        'Expected mpii_human_pose_v1_u12_1.mat or a copy of it.',
    );
  }
  const people: PersonRecord[] = [];
  const skipped: SkippedRecord[] = [];
  for (let i = 0; i < images.length; i++) {
    if (isTrain.values[i] !== 1) continue;
    const persons = structIn(images.at(i, 'annorect'));
    for (let k = 0; k < (persons?.length ?? 0); k++) {
      const origin = { file, record: `annolist(${i + 1}).annorect(${k + 1})` };
      const image = textIn(structIn(images.at(i, 'image'))?.at(0, 'name'));
      if (image === undefined || image === '') {
        throw recordError(origin, undefined, 'its image has no name', 'Download the file again.');
      }
      const person = readPerson(persons!, k, image, origin);
      if (person === undefined) continue;
      if ('reason' in person) skipped.push(person);
      else people.push(person);
    }
  }
  return { people, skipped };
}

/** Undefined for a person without annotated joints. */
function readPerson(
  persons: MatlabStruct,
  index: number,
  image: string,
  origin: RecordOrigin,
): PersonRecord | SkippedRecord | undefined {
  const marks = structIn(structIn(persons.at(index, 'annopoints'))?.at(0, 'point'));
  if (marks === undefined || marks.length === 0) return undefined;
  const center = readPoint(structIn(persons.at(index, 'objpos')));
  const scale = numberIn(persons.at(index, 'scale'));
  if (center === undefined || scale === undefined || !(scale > 0)) {
    const problem = 'it has joints, but no objpos or no scale above 0';
    return skippedRecord('no position or scale', { origin, image, split: 'train' }, problem);
  }
  const headBox = readHeadBox(persons, index);
  return {
    image,
    center,
    scale,
    ...readJoints(marks, image, origin),
    headSize: headBox === null ? null : headSizeOf(headBox),
    headBox,
    declaredSize: null,
    split: 'train',
    origin,
  };
}

function readJoints(marks: MatlabStruct, image: string, origin: RecordOrigin) {
  const { joints, states } = noJoints();
  for (let i = 0; i < marks.length; i++) {
    const id = numberIn(marks.at(i, 'id'));
    const place = readPoint(marks, i);
    if (id === undefined || !Number.isInteger(id) || id < 0 || id >= numJoints || place === undefined) {
      const problem = `point(${i + 1}) has id ${id ?? 'none'}, expected 0 to ${numJoints - 1} and numbers x and y`;
      throw recordError(origin, image, problem, 'Download the file again.');
    }
    joints[2 * id] = place.x;
    joints[2 * id + 1] = place.y;
    // The field may be absent or empty (the head's two points), a number, or the character '1'.
    states[id] = numberIn(marks.at(i, 'is_visible')) === 0 ? jointStates.hidden : jointStates.visible;
  }
  return { joints, states };
}

function readPoint(value: MatlabStruct | undefined, index = 0): Point | undefined {
  if (value === undefined || value.length <= index) return undefined;
  const x = numberIn(value.at(index, 'x'));
  const y = numberIn(value.at(index, 'y'));
  if (x === undefined || y === undefined || !Number.isFinite(x) || !Number.isFinite(y)) return undefined;
  return { x: x - FIRST_PIXEL, y: y - FIRST_PIXEL };
}

function readHeadBox(persons: MatlabStruct, index: number): Box | null {
  const [x1, y1, x2, y2] = ['x1', 'y1', 'x2', 'y2'].map((field) => numberIn(persons.at(index, field)));
  if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) return null;
  const box = { x1: x1 - FIRST_PIXEL, y1: y1 - FIRST_PIXEL, x2: x2 - FIRST_PIXEL, y2: y2 - FIRST_PIXEL };
  return headSizeOf(box) === null ? null : box;
}
