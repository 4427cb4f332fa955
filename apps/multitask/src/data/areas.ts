// Which areas of 2D-3D-S are trained on, and which are looked at.
import type { Rng } from 'rpg-core/rng';
import { shuffledIndices } from 'training-kit/data';
import { ConfigError, DataError } from 'training-kit/errors';
import { cameraOf, frameKey, type FrameName, isDrawnCamera, roomOf } from './frames/frame-files.js';

export const folds = [1, 2, 3] as const;
export type Fold = (typeof folds)[number];

/** The areas that each fold leaves out of training, as loaders of the set have it; 5a and 5b are one building. */
const testAreasOf = {
  1: ['area_5a', 'area_5b'],
  2: ['area_2', 'area_4'],
  3: ['area_1', 'area_3', 'area_6'],
} as const satisfies Record<Fold, readonly string[]>;

/** Each area is in one fold's test. */
const allAreas = Object.values(testAreasOf).flat().sort();

export interface AreaChoice {
  readonly fold: Fold;
  /** Areas, as '5a' or 'area_5a', in place of the fold's; both or neither. */
  readonly trainAreas: readonly string[] | null;
  readonly testAreas: readonly string[] | null;
  /** Areas of val, taken out of those of train where they are among them; null when rooms of train are held out. */
  readonly valAreas: readonly string[] | null;
}

export interface Areas {
  readonly train: readonly string[];
  /** Null when rooms of train are held out. */
  readonly val: readonly string[] | null;
  readonly test: readonly string[];
}

/**
 * @param found the areas that there are
 * @throws ConfigError for areas that contradict each other or are no names
 * @throws DataError when an area is not among those of `folder`
 */
export function chooseAreas(choice: AreaChoice, folder: string, found: readonly string[]): Areas {
  const { fold, trainAreas, testAreas, valAreas } = choice;
  if ((trainAreas === null) !== (testAreas === null)) {
    const [given, missing] = trainAreas === null ? ['testAreas', 'trainAreas'] : ['trainAreas', 'testAreas'];
    throw new ConfigError(
      missing,
      `${given} is set and ${missing} is not. Set both, or neither to take those of a fold.`,
    );
  }
  const test = testAreas === null ? testAreasOf[fold] : namesOf('testAreas', testAreas);
  const val = valAreas === null ? null : namesOf('valAreas', valAreas);
  const ofTrain =
    trainAreas === null
      ? allAreas.filter((area) => !testAreasOf[fold].some((other) => other === area))
      : namesOf('trainAreas', trainAreas);
  const train = ofTrain.filter((area) => val?.includes(area) !== true);
  checkApart('trainAreas', train, 'testAreas', test);
  checkApart('valAreas', val ?? [], 'testAreas', test);
  checkApart('valAreas', val ?? [], 'trainAreas', train);
  if (train.length === 0)
    throw new ConfigError('valAreas', 'valAreas leaves no area to train on. Leave some of them out.');
  for (const area of [...train, ...(val ?? []), ...test]) {
    if (found.includes(area)) continue;
    const reason = trainAreas === null ? `, which fold ${fold} needs` : '';
    throw new DataError(
      folder,
      `${folder} has no ${area}${reason}; it has ${found.join(', ')}.\nUnpack that area too, or name areas that are there ` +
        'with --train-areas and --test-areas.',
    );
  }
  return { train, val, test };
}

/**
 * Takes the rooms that were held out before, whatever frames came or went since.
 *
 * @param before keys of frames that were held out
 * @returns undefined when none of them is there
 */
export function holdOutSameRooms(frames: readonly FrameName[], before: readonly string[]): HeldOut | undefined {
  const placeOf = roomsByCamera(frames);
  const known = new Set(before);
  const places = new Set(frames.filter((frame) => known.has(frameKey(frame))).map(placeOf));
  if (places.size === 0) return undefined;
  return {
    train: frames.filter((frame) => !places.has(placeOf(frame))),
    val: frames.filter((frame) => places.has(placeOf(frame))),
  };
}

/** Frames to train on, and those kept from it. */
export interface HeldOut {
  readonly train: readonly FrameName[];
  readonly val: readonly FrameName[];
}

/**
 * Takes rooms at random until they have `numFrames` frames; the last one may bring a few more. Whole rooms, because
 * frames of one room show the same things; rooms seen from one camera position go together.
 *
 * @throws ConfigError when no room would be left to train on
 */
export function holdOutRooms(frames: readonly FrameName[], numFrames: number, rng: Rng): HeldOut {
  const placeOf = roomsByCamera(frames);
  const numIn = new Map<string, number>();
  for (const frame of frames) numIn.set(placeOf(frame), (numIn.get(placeOf(frame)) ?? 0) + 1);
  const rooms = [...numIn.keys()].sort();
  const drawn = new Set<string>();
  let count = 0;
  for (const index of shuffledIndices(rooms.length, rng)) {
    if (count >= numFrames) break;
    drawn.add(rooms[index]!);
    count += numIn.get(rooms[index]!)!;
  }
  if (count < numFrames || drawn.size === rooms.length) {
    throw new ConfigError(
      'valExamples',
      `valExamples is ${numFrames}: held out by whole rooms, that leaves none to train on; the areas of train have ` +
        `${frames.length} frames in ${rooms.length} rooms.\nHold out fewer frames, or name areas with --val-areas.`,
    );
  }
  const isDrawn = (frame: FrameName) => drawn.has(placeOf(frame));
  return { train: frames.filter((frame) => !isDrawn(frame)), val: frames.filter(isDrawn) };
}

/** Each frame's room or, where rooms share a camera position, the first of them. */
function roomsByCamera(frames: readonly FrameName[]): (frame: FrameName) => string {
  const firstOf = new Map<string, string>(); // of rooms that were joined to another one
  const rootOf = (room: string): string => {
    const first = firstOf.get(room);
    return first === undefined ? room : rootOf(first);
  };
  const roomAt = new Map<string, string>();
  for (const frame of frames) {
    const camera = cameraOf(frame);
    if (camera === undefined || !isDrawnCamera(camera)) continue;
    const [room, other] = [rootOf(roomOf(frame)), rootOf(roomAt.get(camera) ?? roomOf(frame))];
    if (room !== other) firstOf.set(room > other ? room : other, room > other ? other : room);
    roomAt.set(camera, room);
  }
  return (frame) => rootOf(roomOf(frame));
}

function namesOf(key: keyof AreaChoice, areas: readonly string[]): readonly string[] {
  if (areas.length === 0) throw new ConfigError(key, `${key} is empty, expected names of areas such as 5a.`);
  const named = areas.map((area) => {
    if (/^\w+$/.test(area)) return area.startsWith('area_') ? area : `area_${area}`;
    throw new ConfigError(key, `${key} has "${area}", expected names of areas such as 5a or area_5a.`);
  });
  const twice = named.find((area, i) => named.indexOf(area) !== i);
  if (twice === undefined) return named;
  throw new ConfigError(key, `${key} has ${twice} twice, expected each area once.`);
}

function checkApart(key: string, areas: readonly string[], otherKey: string, others: readonly string[]): void {
  const shared = areas.find((area) => others.includes(area));
  if (shared !== undefined) {
    throw new ConfigError(key, `${key} and ${otherKey} both have ${shared}; what is trained on cannot be tested on.`);
  }
  for (const area of areas) {
    const other = others.find((candidate) => buildingOf(candidate) === buildingOf(area));
    if (other === undefined) continue;
    throw new ConfigError(
      key,
      `${key} has ${area} and ${otherKey} has ${other}: both are parts of one building, and what is trained on cannot be ` +
        'tested on. Name both in the same list.',
    );
  }
}

/** 2D-3D-S has one building in two areas, 5a and 5b: a number with a letter is a part of the number's. */
function buildingOf(area: string): string {
  return /^area_\d+(?=[a-z]$)/.exec(area)?.[0] ?? area;
}
