// The door to all data of this app: a config in, three splits and what a model must know about them out.
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createRng } from 'rpg-core';
import { ConfigError, DataError } from 'training-kit/errors';
import type { Annotations } from './annotations/annotations.js';
import { checkRecords, checkSomeImage, withHeadSize } from './annotations/check-records.js';
import type { FirstPixel } from './annotations/first-pixel.js';
import { readAnnotations } from './annotations/read-annotations.js';
import type { DatasetName } from './dataset-names.js';
import { reasonsOf } from './describe-splits.js';
import { renderSplit } from './rendered.js';
import type { OnBadImage, Split } from './split.js';
import { holdOut, splitByFiles, splitByRecord, type SplitPeople } from './split-people.js';
import { type CropConvention, cropConventions } from './views/crop-conventions.js';

export interface DataConfig {
  readonly dataset: DatasetName;
  /** Folder of the image files; null for the rendered set, as the next two. */
  readonly images: string | null;
  /** Annotation file; see `readAnnotations`. */
  readonly annotations: string | null;
  /** Annotation file of val; null when `annotations` holds both splits, or when val is held out of train. */
  readonly valAnnotations: string | null;
  /** What HRNet's json counts its first pixel as; null to find it out. */
  readonly firstPixel: FirstPixel | null;
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
  /** Sentences on what the files' readers found out or took for granted; to be told before numbers come of it. */
  readonly notes: readonly string[];
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
  const { valAnnotations, onBadImage } = config;
  const { train, val } = await readSplits(config, file, images);
  const evaluated = withHeadSize(val);
  if (train.people.length === 0) throw nobodyLeft(file, 'to train on', train);
  if (val.people.length > 0 && evaluated.people.length === 0) {
    throw new DataError(
      valAnnotations ?? file,
      `${valAnnotations ?? file}: none of the ${val.people.length} people of val has a head box, which PCKh needs.\n` +
        `Take annotations that have them: ${FILES_WITH_HEADS}.`,
    );
  }
  for (const split of [train, evaluated]) await checkSomeImage(split, images, onBadImage);
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
    notes: [...(train.notes ?? []), ...(val.notes ?? [])],
  };
}

async function readSplits(config: DataConfig, file: string, images: string): Promise<SplitPeople> {
  const { valAnnotations, firstPixel, onBadImage, valExamples, seed } = config;
  const check = (annotations: Annotations) => checkRecords(annotations, images, onBadImage);
  const trainFile = await readAnnotations(file, { split: 'train', firstPixel });
  if (valAnnotations === null) {
    const all = await check(trainFile);
    return splitByRecord(all) ?? holdOut(all, valExamples, createRng(seed).fork('data').fork('val'));
  }
  await refuseSameFile(file, valAnnotations, trainFile);
  const valFile = await readAnnotations(valAnnotations, { split: 'val', firstPixel });
  const { train, val } = splitByFiles(trainFile, valFile);
  return { train: await check(train), val: await check(val) };
}

/** A copy under another name is the same file. */
async function refuseSameFile(file: string, valAnnotations: string, { people }: Annotations): Promise<void> {
  const [train, val] = await Promise.all([stat(file), stat(valAnnotations)]);
  if (train.size !== val.size) return;
  const [trainBytes, valBytes] = await Promise.all([readFile(file), readFile(valAnnotations)]);
  if (!trainBytes.equals(valBytes)) return;
  const same =
    resolve(file) === resolve(valAnnotations) ? file : `${file} and ${valAnnotations}, which have the same content`;
  // Without head boxes nobody of the file can be val, whatever it calls them.
  const mend = people.some(({ headSize }) => headSize !== null)
    ? 'Leave out --val-annotations, so that val is whom the file calls so, or is held out of its people; or pass val’s own file.'
    : `Pass val’s own file, ${FILES_WITH_HEADS}.`;
  throw new ConfigError(
    'valAnnotations',
    `annotations and valAnnotations are one file, ${same}: the people tested would be those trained on. ${mend}`,
  );
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
    notes: [],
  };
}

const FILES_WITH_HEADS = 'HRNet’s valid.json with gt_valid.mat beside it, the h5 or MPII’s .mat';

/** Drawing a million takes minutes: more is a slip of the finger. */
const MAX_RENDERED = 1_000_000;

function checkRenderedSize(key: string, size: number): void {
  const least = key === 'valExamples' ? 0 : 1;
  if (!Number.isInteger(size) || size < least || size > MAX_RENDERED) {
    throw new ConfigError(key, `${key} is ${size}, expected an integer from ${least} to ${MAX_RENDERED}.`);
  }
}

function needed(key: 'images' | 'annotations', value: string | null, what: string): string {
  if (value !== null) return value;
  throw new ConfigError(key, `${key} is not set: MPII is read from files. Pass --${key} PATH, ${what}.`);
}

function nobodyLeft(file: string, purpose: string, { skipped }: Annotations): DataError {
  const first = skipped[0] === undefined ? '' : ` The first: ${skipped[0].message}`;
  return new DataError(
    file,
    `${file}: no one is left ${purpose}; records skipped: ${reasonsOf(skipped) || 'none'}.${first}`,
  );
}
