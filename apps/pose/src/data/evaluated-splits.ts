// What a network is evaluated on: the people of its own run, or others that the call names, never taken for one another.
import { orOwn, type SplitAtHand, type TrainedData } from 'training-kit';
import { configSchema } from '../config.js';
import type { Dataset } from './dataset.js';
import type { Split } from './split.js';
import { imageInName } from './trained-data.js';

const { shape } = configSchema;

/** Every setting of the data as a flag of `evaluate`; messages about data advise them. */
export const dataFlags = {
  dataset: orOwn(shape.dataset),
  images: orOwn(shape.images),
  annotations: orOwn(shape.annotations),
  valAnnotations: orOwn(shape.valAnnotations),
  firstPixel: orOwn(shape.firstPixel),
  boxRule: orOwn(shape.boxRule),
  onBadImage: orOwn(shape.onBadImage),
  trainExamples: orOwn(shape.trainExamples),
  valExamples: orOwn(shape.valExamples),
  renderedTrain: orOwn(shape.renderedTrain),
  renderedTest: orOwn(shape.renderedTest),
  renderedSizePx: orOwn(shape.renderedSizePx),
} as const;

/** True when the call says nothing of the data, so that the people are those that the run had. */
export function isOwnChoice(given: Readonly<Record<keyof typeof dataFlags, unknown>>): boolean {
  return Object.keys(dataFlags).every((key) => given[key as keyof typeof dataFlags] === null);
}

export interface EvaluatedSplits {
  /** By name: train, or annotations in its place, then val and test. */
  readonly splits: ReadonlyMap<string, Split>;
  /** What is to be told of them. */
  readonly notes: readonly string[];
}

/** What people of `--annotations` are called who are not those trained on. */
const OTHER_PEOPLE = 'annotations';

/**
 * The splits under names that are true: only those who were trained on are `train`.
 *
 * @param dataset with those of train who would be trained on
 * @param trainAtHand the same as `dataAtHand` has them, with their names
 * @param trainedData what the network was trained on
 * @param isOwn by `isOwnChoice`; all there is to go by where nothing was kept
 */
export async function evaluatedSplits(
  { train, val, test }: Pick<Dataset, 'train' | 'val' | 'test'>,
  { digest, names }: SplitAtHand,
  trainedData: TrainedData,
  isOwn: boolean,
): Promise<EvaluatedSplits> {
  const isSame = trainedData.kind === 'known' ? trainedData.identity.splits.train?.digest === digest : isOwn;
  const seen = trainedData.kind === 'known' ? await trainedData.namesOf('train') : undefined;
  const seenPeople = new Set(seen);
  const numSeen = seen === undefined ? 0 : [...(names?.() ?? [])].filter((name) => seenPeople.has(name)).length;
  const isTrain = isSame || (numSeen > 0 && numSeen === train.numExamples);
  const splits = new Map(Object.entries({ [isTrain ? 'train' : OTHER_PEOPLE]: train, val, test }));
  const notes: string[] = [];
  if (!isTrain) notes.push(`${OTHER_PEOPLE}: these are not the people trained on${countOf(seen, numSeen)}.`);
  const seenImages = new Set(seen?.map(imageInName));
  for (const [name, split] of Object.entries({ val, test })) {
    const numMet = split.people.filter(({ image }) => seenImages.has(image.normalize('NFC'))).length;
    if (numMet > 0) notes.push(`${name}: ${numMet} of ${split.numExamples} people are in images that were trained on.`);
  }
  return { splits, notes };
}

function countOf(seen: readonly string[] | undefined, numSeen: number): string {
  if (seen === undefined) return '';
  return numSeen === 0 ? '; none of them was' : `; ${numSeen} of them were`;
}
