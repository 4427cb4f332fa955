// The door to all data of this app: a config in, three splits and what a model must know about them out.
import { createRng, type Rng } from 'rpg-core';
import { ConfigError, DataError } from 'training-kit/errors';
import type { Annotations } from './annotations.js';
import { checkRecords, withHeadSize } from './check-records.js';
import { cropConventions, type CropConvention } from './crop-conventions.js';
import { shuffledIndices } from 'training-kit/example-order';
import { readAnnotations } from './read-annotations.js';
import { renderSplit } from './rendered.js';
import type { OnBadImage, Split } from './split.js';
import type { DatasetName } from './dataset-names.js';

export interface DataConfig {
  readonly dataset: DatasetName;
  /** Folder of the image files; null for the rendered set, as the next two. */
  readonly images: string | null;
  /** Annotation file; see `readAnnotations`. */
  readonly annotations: string | null;
  /** Annotation file of val; null when `annotations` holds both splits, or when val is held out of train. */
  readonly valAnnotations: string | null;
  /** What HRNet's json counts its first pixel as. */
  readonly firstPixel: 0 | 1;
  readonly onBadImage: OnBadImage;
  /** Size of val where no file says it: figures on top of train, or people held out of train, image by image. */
  readonly valExamples: number;
  readonly renderedTrain: number;
  readonly renderedTest: number;
  /** Height and width of a rendered image, 64 to 128. */
  readonly renderedSizePx: number;
  /** Decides who is held out, and every pixel of the rendered set. */
  readonly seed: number;
}

export interface Dataset extends CropConvention {
  readonly name: DatasetName;
  readonly train: Split;
  /** People whose head size is known. */
  readonly val: Split;
  /** Empty for MPII, whose test joints are not published: there val is what papers report. */
  readonly test: Split;
}

/**
 * Reads or draws a dataset; the same config gives the same people.
 *
 * @throws ConfigError when a path is missing from the config or a size cannot be
 * @throws DataError when a file is missing or is not what it should be, or nobody is left
 */
export async function openDataset(config: DataConfig): Promise<Dataset> {
  switch (config.dataset) {
    case 'rendered':
      return openRendered(config);
    case 'mpii':
      return openFiles(config);
    default:
      return config.dataset satisfies never;
  }
}

async function openFiles(config: DataConfig): Promise<Dataset> {
  const images = needed('images', config.images, 'the folder of the image files');
  const file = needed('annotations', config.annotations, 'the annotation file (.json, .h5 or .mat)');
  const { valAnnotations, firstPixel, onBadImage } = config;
  const read = async (path: string, split: 'train' | 'val') =>
    checkRecords(await readAnnotations(path, { split, firstPixel }), images, onBadImage);
  const all = await read(file, 'train');
  const { train, val } =
    valAnnotations === null
      ? partValidation(all, config.valExamples, createRng(config.seed).fork('data').fork('val'))
      : { train: all, val: await read(valAnnotations, 'val') };
  const evaluated = withHeadSize(val);
  if (train.people.length === 0) throw nobodyLeft(file, 'to train on', all);
  if (val.people.length > 0 && evaluated.people.length === 0) {
    throw new DataError(
      valAnnotations ?? file,
      `${valAnnotations ?? file}: none of the ${val.people.length} people of val has a head box, which PCKh needs.\n` +
        'Take annotations that have them: HRNet’s valid.json with gt_valid.mat beside it, the h5 or MPII’s .mat.',
    );
  }
  const splitOf = ({ people, skipped }: Annotations): Split => ({
    people,
    numExamples: people.length,
    images: { kind: 'files', folder: images, onBadImage },
    skipped,
  });
  return {
    name: 'mpii',
    ...cropConventions.mpii,
    train: splitOf(train),
    val: splitOf(evaluated),
    test: splitOf({ people: [], skipped: [] }),
  };
}

/** The file's own validation people, or, where it has none, those of images drawn at random. */
function partValidation(
  { people, skipped }: Annotations,
  valExamples: number,
  rng: Rng,
): { readonly train: Annotations; readonly val: Annotations } {
  const isOwn = people.some(({ split }) => split === 'val');
  const valImages = isOwn
    ? undefined
    : drawImages(
        people.map(({ image }) => image),
        valExamples,
        rng,
      );
  const isVal = (person: (typeof people)[number]) => valImages?.has(person.image) ?? person.split === 'val';
  return {
    train: { people: people.filter((person) => !isVal(person)), skipped },
    val: { people: people.filter(isVal).map((person) => ({ ...person, split: 'val' as const })), skipped: [] },
  };
}

/** Whole images, so that nobody is on both sides; people are counted, the last image may bring a few more. */
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

function openRendered(config: DataConfig): Dataset {
  const { images, annotations, valAnnotations, renderedTrain, renderedTest, valExamples, renderedSizePx, seed } =
    config;
  for (const [key, path] of Object.entries({ images, annotations, valAnnotations })) {
    if (path === null) continue;
    throw new ConfigError(
      key,
      `${key} is "${path}", but the rendered set reads no files. Leave it out, or pass --dataset mpii.`,
    );
  }
  for (const [key, size] of Object.entries({ renderedTrain, renderedTest, valExamples })) checkRenderedSize(key, size);
  const rng = createRng(seed).fork('data').fork('rendered');
  return {
    name: 'rendered',
    ...cropConventions.rendered,
    train: renderSplit(renderedTrain, renderedSizePx, 'train', rng.fork('train')),
    val: renderSplit(valExamples, renderedSizePx, 'val', rng.fork('val')),
    test: renderSplit(renderedTest, renderedSizePx, 'test', rng.fork('test')),
  };
}

/** Drawing a million takes minutes: more is a slip of the finger. */
const maxRendered = 1_000_000;

function checkRenderedSize(key: string, size: number): void {
  const least = key === 'valExamples' ? 0 : 1;
  if (!Number.isInteger(size) || size < least || size > maxRendered) {
    throw new ConfigError(key, `${key} is ${size}, expected an integer from ${least} to ${maxRendered}.`);
  }
}

function needed(key: 'images' | 'annotations', value: string | null, what: string): string {
  if (value !== null) return value;
  throw new ConfigError(key, `${key} is not set: MPII is read from files. Pass --${key} PATH, ${what}.`);
}

function nobodyLeft(file: string, purpose: string, { skipped }: Annotations): DataError {
  const first = skipped[0] === undefined ? '' : ` The first: ${skipped[0].message}`;
  return new DataError(file, `${file}: no one is left ${purpose}; ${skipped.length} records are skipped.${first}`);
}
