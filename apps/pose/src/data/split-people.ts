// Who of the annotated people is trained on, and who is held out. Nobody is on both sides: an image with people of val or
// test gives none to train.
import { posix } from 'node:path';
import type { Rng } from 'rpg-core/rng';
import { shuffledIndices } from 'training-kit/data';
import { ConfigError } from 'training-kit/errors';
import { type Annotations, type SkippedRecord, skippedRecord } from './annotations/annotations.js';
import type { PersonRecord } from './annotations/person-record.js';

export interface SplitPeople {
  readonly train: Annotations;
  /** Their `split` is 'val'. */
  readonly val: Annotations;
}

/**
 * Train and val from a file each. What the files themselves say stands above that: people whom the file of train calls
 * val are not trained on, and people whom the file of val calls train are not tested.
 */
export function splitByFiles(trainFile: Annotations, valFile: Annotations): SplitPeople {
  const val = keepOnly('val', valFile);
  const train = keepOnly('train', trainFile);
  return { train: withoutImagesOf(train, [trainFile, valFile]), val };
}

/** Train and val from one file that says who is of val. @returns undefined when it calls nobody so */
export function splitByRecord(file: Annotations): SplitPeople | undefined {
  const people = file.people.filter(({ split }) => split === 'val');
  if (people.length === 0) return undefined;
  const rest = { ...file, people: file.people.filter(({ split }) => split !== 'val') };
  return { train: withoutImagesOf(rest, [file]), val: { people, skipped: [] } };
}

/**
 * Holds people out of a file that does not say who is of val: those of images drawn at random. Whole images are drawn;
 * people are counted, so the last image may bring a few more.
 *
 * @throws ConfigError when `numPeople` is no integer from 0 to one less than there are
 */
export function holdOut(file: Annotations, numPeople: number, rng: Rng): SplitPeople {
  const drawn = drawImages(
    file.people.map(({ image }) => image),
    numPeople,
    rng,
  );
  const isVal = ({ image }: PersonRecord) => drawn.has(image);
  const rest = { ...file, people: file.people.filter((person) => !isVal(person)) };
  return {
    train: withoutImagesOf(rest, [file]),
    val: { people: file.people.filter(isVal).map((person) => ({ ...person, split: 'val' })), skipped: [] },
  };
}

/** Names that differ in nothing but how Unicode composes their letters, or in the way to one file, are one. */
function imageKey(image: string): string {
  return posix.normalize(image).normalize('NFC');
}

function keepOnly(split: 'train' | 'val', file: Annotations): Annotations {
  const isKept = (person: PersonRecord) => person.split === split;
  const left = file.people
    .filter((person) => !isKept(person))
    .map((person) =>
      skippedRecord(`person of ${person.split}`, person, `the file calls it a person of ${person.split}`),
    );
  return { ...file, people: file.people.filter(isKept), skipped: [...file.skipped, ...left] };
}

/** Train without the people in whose images others are held out by any of `files`. */
function withoutImagesOf(train: Annotations, files: readonly Annotations[]): Annotations {
  const heldOut = new Map<string, 'val' | 'test'>();
  for (const split of ['val', 'test'] as const) {
    for (const { people, skipped } of files) {
      for (const record of [...people, ...skipped])
        if (record.split === split) heldOut.set(imageKey(record.image), split);
    }
  }
  const people: PersonRecord[] = [];
  const left: SkippedRecord[] = [];
  for (const person of train.people) {
    const split = heldOut.get(imageKey(person.image));
    if (split === undefined) people.push(person);
    else left.push(skippedRecord(`image of ${split}`, person, `its image has people of ${split}`));
  }
  return { ...train, people, skipped: [...train.skipped, ...left] };
}

function drawImages(imageOf: readonly string[], numPeople: number, rng: Rng): ReadonlySet<string> {
  if (!Number.isInteger(numPeople) || numPeople < 0 || numPeople >= Math.max(1, imageOf.length)) {
    throw new ConfigError(
      'valExamples',
      `valExamples is ${numPeople}, expected an integer from 0 to ${Math.max(0, imageOf.length - 1)}: they are held ` +
        `out of the ${imageOf.length} people of the file.`,
    );
  }
  const numIn = new Map<string, number>();
  for (const image of imageOf) numIn.set(image, (numIn.get(image) ?? 0) + 1);
  const images = [...numIn.keys()].sort();
  const drawn = new Set<string>();
  let count = 0;
  for (const index of shuffledIndices(images.length, rng)) {
    if (count >= numPeople) break;
    drawn.add(images[index]!);
    count += numIn.get(images[index]!)!;
  }
  return drawn;
}
