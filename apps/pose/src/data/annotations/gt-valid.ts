// gt_valid.mat, which HRNet's evaluation reads beside valid.json: head boxes and which joints are missing, person by
// person in the order of valid.json. MATLAB counts its pixels from 1.
import { DataError } from 'training-kit/errors';
import { numJoints } from '../joints.js';
import type { MatlabValue } from './matlab/matlab-value.js';
import { textIn } from './matlab/matlab-value.js';
import { type Box, jointStates, type Point } from './person-record.js';

const FIRST_PIXEL = 1;

/** The file's short names, in the order of our joints. */
const shortNames = [
  ...['rank', 'rkne', 'rhip', 'lhip', 'lkne', 'lank', 'pelv', 'thor'],
  ...['neck', 'head', 'rwri', 'relb', 'rsho', 'lsho', 'lelb', 'lwri'],
];

export interface GtValid {
  readonly file: string;
  /** @throws DataError unless the file is of `numPeople` people */
  checkCount(numPeople: number): void;
  /** 0-based; null where the box has no extent. */
  headBox(person: number): Box | null;
  /** Where the file has a joint, in its own counting from 1; undefined for one that it calls missing. */
  placeOf(person: number, joint: number): Point | undefined;
  /** Marks what the file calls missing, and adds as hidden what the json left out: the evaluation counts it. */
  amendJoints(person: number, joints: Float64Array, states: Uint8Array): void;
}

/** @throws DataError when a variable is missing or of another shape */
export function readGtValid(variables: ReadonlyMap<string, MatlabValue>, file: string): GtValid {
  const rowOf = readJointRows(variables.get('dataset_joints'), file);
  const missing = numbersOf(variables, file, 'jnt_missing', [numJoints]);
  const places = numbersOf(variables, file, 'pos_gt_src', [numJoints, 2]);
  const boxes = numbersOf(variables, file, 'headboxes_src', [2, 2]);
  const numPeople = missing.numPeople;
  for (const [name, part] of Object.entries({ pos_gt_src: places, headboxes_src: boxes })) {
    if (part.numPeople !== numPeople) {
      throw new DataError(
        file,
        `Cannot read ${file}: jnt_missing is of ${numPeople} people, ${name} of ${part.numPeople}. The file is damaged.`,
      );
    }
  }
  const isMissing = (person: number, row: number) => missing.values[numJoints * person + row]! !== 0;
  const placeIn = (person: number, row: number): Point => ({
    x: places.values[2 * numJoints * person + row]!,
    y: places.values[2 * numJoints * person + numJoints + row]!,
  });
  return {
    file,
    checkCount(wanted) {
      if (wanted === numPeople) return;
      throw new DataError(
        file,
        `${file} is of ${numPeople} people, the json beside it of ${wanted}. They belong together: take both from one place.`,
      );
    },
    headBox(person) {
      const [x1, y1, x2, y2] = [0, 2, 1, 3].map((i) => boxes.values[4 * person + i]! - FIRST_PIXEL);
      return x1 === x2 && y1 === y2 ? null : { x1: x1!, y1: y1!, x2: x2!, y2: y2! };
    },
    placeOf(person, joint) {
      const row = rowOf[joint]!;
      return isMissing(person, row) ? undefined : placeIn(person, row);
    },
    amendJoints(person, joints, states) {
      for (let joint = 0; joint < numJoints; joint++) {
        const row = rowOf[joint]!;
        if (isMissing(person, row)) {
          states[joint] = jointStates.missing;
          joints.fill(0, 2 * joint, 2 * joint + 2);
        } else if (states[joint] === jointStates.missing) {
          const { x, y } = placeIn(person, row);
          states[joint] = jointStates.hidden;
          joints[2 * joint] = x - FIRST_PIXEL;
          joints[2 * joint + 1] = y - FIRST_PIXEL;
        }
      }
    },
  };
}

/** The row of each of our joints. */
function readJointRows(value: MatlabValue | undefined, file: string): readonly number[] {
  const names: string[] = [];
  if (value?.kind === 'cell') for (let i = 0; i < value.length; i++) names.push(textIn(value.at(i)) ?? '');
  const rows = shortNames.map((name) => names.indexOf(name));
  if (names.length === numJoints && !rows.includes(-1)) return rows;
  throw new DataError(
    file,
    `Cannot read ${file}: dataset_joints is [${names.join(', ')}], expected ${shortNames.join(', ')}. ` +
      'Is it the gt_valid.mat that belongs to the json?',
  );
}

function numbersOf(
  variables: ReadonlyMap<string, MatlabValue>,
  file: string,
  name: string,
  leading: readonly number[],
): { readonly values: ArrayLike<number>; readonly numPeople: number } {
  const value = variables.get(name);
  const expected = `numbers of shape [${leading.join(', ')}, people]`;
  if (value?.kind !== 'numbers') {
    const found = value === undefined ? 'is missing' : `is a ${value.kind}`;
    throw new DataError(file, `Cannot read ${file}: ${name} ${found}, expected ${expected}.`);
  }
  const { shape, values } = value;
  const numPeople = shape[leading.length] ?? 1; // MATLAB drops a last dimension of 1
  const fits = leading.every((size, i) => shape[i] === size) && shape.length <= leading.length + 1;
  if (!fits) {
    throw new DataError(
      file,
      `Cannot read ${file}: ${name} is of shape [${shape.join(', ')}], expected ${expected}. Is it gt_valid.mat?`,
    );
  }
  return { values, numPeople };
}
