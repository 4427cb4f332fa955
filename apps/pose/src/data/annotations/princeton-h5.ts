// MPII as the stacked-hourglass authors' h5 files have it, coordinates counted from 1. Their code writes two layouts with
// the same names in them: train.h5 and valid.h5 are of one split each, and their boxes are enlarged and moved down, so
// that crops lose no feet; annot.h5 is of all people, says who is of which split, and has the boxes as MPII gives them.
import type { File as Hdf5File } from 'h5wasm/node';
import { DataError } from 'training-kit/errors';
import { numJoints } from '../joints.js';
import type { Annotations, SkippedRecord } from './annotations.js';
import { recordError, skippedRecord } from './annotations.js';
import { datasetOf, readNumbers, withHdf5File } from './hdf5-file.js';
import { jointStates, noJoints, type PersonRecord, type PersonSplit, type RecordOrigin } from './person-record.js';

/** The files' coordinate of the first pixel's middle. */
const FIRST_PIXEL = 1;
/** Undone where the file has it; a crop does it again. */
const BOX_ENLARGEMENT = 1.25;
const BOX_SHIFT = 15;

/** Only annot.h5 has these. */
const keysOfAll = ['istrain', 'multi'];

/**
 * @param split of the people of train.h5 or valid.h5; annot.h5 says it itself
 * @returns people in the file's order; `normalize` is their head size
 * @throws DataError when the file is missing, damaged or of another layout
 */
export async function readPrincetonH5(file: string, split: PersonSplit): Promise<Annotations> {
  return withHdf5File(file, (opened) => {
    const images = readImageNames(opened);
    const numPeople = images.length;
    const read = (name: string, shape: readonly number[]) => readShaped(opened, name, [numPeople, ...shape]);
    const centers = read('center', [2]);
    const scales = read('scale', []);
    const places = read('part', [numJoints, 2]);
    const visible = read('visible', [numJoints]);
    const headSizes = read('normalize', []);
    const isOfAll = opened.keys().some((name) => keysOfAll.includes(name));
    const use = isOfAll ? read('istrain', []) : undefined;
    const people: PersonRecord[] = [];
    const skipped: SkippedRecord[] = [];
    for (const [i, image] of images.entries()) {
      const origin = { file, record: `record ${i}` };
      if (image === '') throw recordError(origin, undefined, 'imgname is empty', 'Download the file again.');
      const marks = jointsOf(i, places, visible);
      const person = { origin, image, split: use === undefined ? split : splitOf(use[i]!, marks, origin, image) };
      if (person.split === 'test') {
        const problem = 'istrain is 0, a person of test, whose joints MPII does not publish';
        skipped.push(skippedRecord('person of test', person, problem));
        continue;
      }
      const scale = isOfAll ? scales[i]! : scales[i]! / BOX_ENLARGEMENT;
      const [x, y] = [centers[2 * i]!, centers[2 * i + 1]! - (isOfAll ? 0 : BOX_SHIFT * scale)];
      if (!(scale > 0) || !Number.isFinite(x) || !Number.isFinite(y)) {
        const problem = `center is (${x}, ${y}) and scale ${scales[i]!}, expected numbers above 0`;
        skipped.push(skippedRecord('no position or scale', person, problem));
        continue;
      }
      const headSize = headSizes[i]!;
      people.push({
        ...person,
        center: { x: x - FIRST_PIXEL, y: y - FIRST_PIXEL },
        scale,
        ...marks,
        headSize: headSize > 0 && Number.isFinite(headSize) ? headSize : null,
        headBox: null,
        declaredSize: null,
      });
    }
    return { people, skipped };
  });
}

/** 2 is a person of a training image whom nobody annotated; in copies that give such people joints, one of val. */
function splitOf(use: number, { states }: Joints, origin: RecordOrigin, image: string): PersonSplit {
  if (use === 0) return 'test';
  if (use === 1) return 'train';
  if (use === 2) return states.some((state) => state !== jointStates.missing) ? 'val' : 'train';
  throw recordError(origin, image, `istrain is ${use}, expected 0, 1 or 2`, 'Download the file again.');
}

type Joints = Pick<PersonRecord, 'joints' | 'states'>;

function jointsOf(person: number, places: Float64Array, visible: Float64Array): Joints {
  const { joints, states } = noJoints();
  for (let joint = 0; joint < numJoints; joint++) {
    const at = person * numJoints + joint;
    const x = places[2 * at]!;
    const y = places[2 * at + 1]!;
    if (isUnmarked(x, y)) continue;
    states[joint] = visible[at] === 0 ? jointStates.hidden : jointStates.visible;
    joints[2 * joint] = x - FIRST_PIXEL;
    joints[2 * joint + 1] = y - FIRST_PIXEL;
  }
  return { joints, states };
}

/** 0, 0 where nobody marked the joint, −1, −1 where nobody marked the person, and −2, −2 in copies counted from 0. */
function isUnmarked(x: number, y: number): boolean {
  return x === y && (x === 0 || x === -1 || x === -2);
}

/** Either strings, or rows of character codes filled up with zeros. */
function readImageNames(opened: Hdf5File): readonly string[] {
  const { value, shape } = datasetOf(opened, 'imgname');
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value.map(withoutPadding);
  if (ArrayBuffer.isView(value) && shape?.length === 2) {
    const codes = Float64Array.from(value as ArrayLike<number | bigint>, Number);
    const [numPeople, length] = shape as [number, number];
    return Array.from({ length: numPeople }, (_, i) =>
      withoutPadding(String.fromCharCode(...codes.subarray(i * length, (i + 1) * length))),
    );
  }
  throw new DataError(
    opened.filename,
    `Cannot read ${opened.filename}: "imgname" holds neither strings nor rows of character codes.`,
  );
}

function withoutPadding(name: string): string {
  const end = name.indexOf('\0');
  return (end === -1 ? name : name.slice(0, end)).trim();
}

function readShaped(opened: Hdf5File, name: string, expected: readonly number[]): Float64Array {
  const { values, shape } = readNumbers(opened, name);
  if (shape.join() === expected.join()) return values;
  throw new DataError(
    opened.filename,
    `Cannot read ${opened.filename}: "${name}" is of shape [${shape.join(', ')}], expected [${expected.join(', ')}].`,
  );
}
