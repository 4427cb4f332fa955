// Looks at each record of a file set together with its image before training starts, so that what is wrong is told then
// and not hours later.
import { existsSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { MAX_TRIES } from 'training-kit/data';
import { DataError, reasonOf } from 'training-kit/errors';
import { decodeImage, imageSize } from 'training-kit/images';
import { checkDeclaredSize } from '../declared-size.js';
import { createImageFinder } from '../image-finder.js';
import { jointNames, numJoints } from '../joints.js';
import type { OnBadImage } from '../split.js';
import { type Annotations, nameOf, recordError, type SkippedRecord, skippedRecord } from './annotations.js';
import { jointAt, jointStates, type PersonRecord } from './person-record.js';

/** Image heads read at a time. */
const NUM_READERS = 16;
/** How far outside a joint may lie, in pixels times scale: annotators click a little past the edge where it cuts a limb. */
const JOINT_TOLERANCE = 10;
const MEND_IMAGE =
  'Add or replace the image, or pass --on-bad-image skip to go on without such records and have them counted.';

/** What is known of an image file without decoding it. */
type ImageFacts =
  { readonly width: number; readonly height: number } | { readonly problem: string; readonly isMissing: boolean };

/**
 * Leaves out people without joints or with a joint outside their image; of images that are missing or broken from
 * their first bytes on, stops or leaves out as `onBadImage` says.
 *
 * @returns people whose `image` is the name on the disk, which may compose accented letters in another way
 * @throws DataError when the folder is missing, an annotation is made for an image of another size, or, with 'stop', an
 *   image is missing or broken
 */
export async function checkRecords(
  { people: annotated, skipped, ...rest }: Annotations,
  folder: string,
  onBadImage: OnBadImage,
): Promise<Annotations> {
  if (!existsSync(folder)) {
    throw new DataError(folder, `Cannot read ${folder}: there is no such folder. Pass the folder of the images.`);
  }
  const findImage = createImageFinder(folder);
  const people = annotated.map((person) => ({ ...person, image: findImage(person.image) }));
  const facts = await readImageFacts(people, folder);
  const kept: PersonRecord[] = [];
  const left: SkippedRecord[] = [...skipped];
  for (const person of people) {
    const image = facts.get(person.image)!;
    if ('problem' in image) {
      const problem = `${join(folder, person.image)} cannot be used: ${image.problem}`;
      if (onBadImage === 'stop') throw recordError(person.origin, person.image, problem, MEND_IMAGE);
      const reason = image.isMissing ? 'missing image' : 'broken image';
      left.push(skippedRecord(reason, person, problem));
      continue;
    }
    checkDeclaredSize(person, image);
    const flaw = flawOf(person, image.width, image.height);
    if (flaw === undefined) kept.push(person);
    else left.push(flaw);
  }
  return { ...rest, people: kept, skipped: left };
}

/** For splits that are evaluated: PCKh divides by the head's size, so people without one are left out. */
export function withHeadSize({ people, skipped, ...rest }: Annotations): Annotations {
  const left = people
    .filter(({ headSize }) => headSize === null)
    .map((person) => skippedRecord('no head box', person, 'it has no head box, which PCKh needs'));
  return { ...rest, people: people.filter(({ headSize }) => headSize !== null), skipped: [...skipped, ...left] };
}

/** A broken image found while batches are made. */
export function brokenImageError({ origin, image }: PersonRecord, problem: string, cause: unknown): DataError {
  return recordError(origin, image, problem, MEND_IMAGE, { cause });
}

/**
 * Decodes images of a split until one can be read, so that a folder full of broken ones is found before training and not
 * at the first evaluation.
 *
 * @throws DataError when none of the first hundred can be read, or, with 'stop', the first one cannot
 */
export async function checkSomeImage({ people }: Annotations, folder: string, onBadImage: OnBadImage): Promise<void> {
  const names = [...new Set(people.map(({ image }) => image))].slice(0, MAX_TRIES);
  for (const name of names) {
    const problem = await problemOf(join(folder, name));
    if (problem === undefined) return;
    const person = people.find(({ image }) => image === name)!;
    if (onBadImage === 'stop') throw brokenImageError(person, problem, undefined);
  }
  if (names.length === 0) return;
  const { origin, image } = people[0]!;
  throw new DataError(
    folder,
    `None of the first ${names.length} images of ${origin.file} can be read; ${image}, for one: ` +
      `${(await problemOf(join(folder, image)))!}.\nIs ${folder} complete?`,
  );
}

/** Says of an image that was left out what is wrong with it. */
export async function describeBrokenImage({ origin, image }: PersonRecord, folder: string): Promise<string> {
  const problem = await problemOf(join(folder, image));
  return `${nameOf(origin, image)}: ${problem ?? 'it could not be read when it was needed, and can be now'}.`;
}

/** Undefined for an image that can be decoded. */
async function problemOf(file: string): Promise<string | undefined> {
  return decodeImage(file, { minDensity: 1 / 8 }).then(() => undefined, reasonOf);
}

function flawOf(person: PersonRecord, width: number, height: number): SkippedRecord | undefined {
  const { states } = person;
  if (states.every((state) => state === jointStates.missing)) {
    return skippedRecord('no joint', person, 'none of its joints is annotated');
  }
  const reach = JOINT_TOLERANCE * person.scale;
  for (let joint = 0; joint < numJoints; joint++) {
    if (states[joint] === jointStates.missing) continue;
    const { x, y } = jointAt(person, joint);
    if (x >= -reach && y >= -reach && x <= width - 1 + reach && y <= height - 1 + reach) continue;
    const problem =
      `joint ${joint} (${jointNames[joint]!}) at (${x.toFixed(1)}, ${y.toFixed(1)}) lies outside the image ` +
      `of ${width} × ${height} pixels`;
    return skippedRecord('joint outside the image', person, problem);
  }
  return undefined;
}

async function readImageFacts(people: readonly PersonRecord[], folder: string): Promise<Map<string, ImageFacts>> {
  const facts = new Map<string, ImageFacts>();
  const names = new Set(people.map(({ image }) => image)).values();
  const read = async () => {
    for (const name of names) facts.set(name, await factsOf(folder, name)); // readers share the iterator
  };
  await Promise.all(Array.from({ length: NUM_READERS }, read));
  return facts;
}

async function factsOf(folder: string, name: string): Promise<ImageFacts> {
  if (isAbsolute(name) || normalize(name).startsWith('..')) {
    return { problem: 'the name leads out of the images folder', isMissing: true };
  }
  const file = join(folder, name);
  if (!existsSync(file)) return { problem: 'there is no such file', isMissing: true };
  return imageSize(file).catch((error: unknown) => ({
    problem: reasonOf(error),
    isMissing: false,
  }));
}
