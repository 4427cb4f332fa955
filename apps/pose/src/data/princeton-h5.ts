// MPII as the stacked-hourglass authors' h5 files have it: one file a split, coordinates counted from 1.
import { DataError } from 'training-kit/errors';
import type { File as Hdf5File } from 'h5wasm/node';
import type { Annotations, SkippedRecord } from './annotations.js';
import { recordError, skippedRecord } from './annotations.js';
import { datasetOf, readNumbers, withHdf5File } from './hdf5-file.js';
import { numJoints } from './joints.js';
import { jointStates, noJoints, type PersonSplit, type PersonRecord } from './person-record.js';

/** The files' coordinate of the first pixel's middle. */
const firstPixel = 1;
/** The files' boxes are enlarged and moved down, so that crops lose no feet; undone here, done again by a crop. */
const boxEnlargement = 1.25;
const boxShift = 15;

/**
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
    const people: PersonRecord[] = [];
    const skipped: SkippedRecord[] = [];
    for (const [i, image] of images.entries()) {
      const origin = { file, record: `record ${i}` };
      if (image === '') throw recordError(origin, undefined, 'imgname is empty', 'Download the file again.');
      const scale = scales[i]! / boxEnlargement;
      const [x, y] = [centers[2 * i]!, centers[2 * i + 1]! - boxShift * scale];
      if (!(scale > 0) || !Number.isFinite(x) || !Number.isFinite(y)) {
        const problem = `center is (${x}, ${y}) and scale ${scales[i]!}, expected numbers above 0`;
        skipped.push(skippedRecord('no position or scale', origin, image, problem));
        continue;
      }
      const headSize = headSizes[i]!;

      people.push({
        image,
        center: { x: x - firstPixel, y: y - firstPixel },
        scale,
        ...jointsOf(i, places, visible),
        headSize: headSize > 0 && Number.isFinite(headSize) ? headSize : null,
        headBox: null,
        split,
        origin,
      });
    }
    return { people, skipped };
  });
}

/** A joint nobody marked is 0, 0: no pixel, since pixels count from 1. */
function jointsOf(person: number, places: Float64Array, visible: Float64Array) {
  const { joints, states } = noJoints();
  for (let joint = 0; joint < numJoints; joint++) {
    const at = person * numJoints + joint;
    const x = places[2 * at]!;
    const y = places[2 * at + 1]!;
    if (x === 0 && y === 0) continue;
    states[joint] = visible[at] === 0 ? jointStates.hidden : jointStates.visible;
    joints[2 * joint] = x - firstPixel;
    joints[2 * joint + 1] = y - firstPixel;
  }
  return { joints, states };
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
