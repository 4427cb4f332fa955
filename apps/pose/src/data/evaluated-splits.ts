// The splits that an evaluation judges, under names that are true: people who were never trained on are not called train.
import type { SplitAtHand, TrainedData } from 'training-kit';
import type { Dataset } from './dataset.js';
import type { Split } from './split.js';
import { imageInName } from './trained-data.js';

export interface EvaluatedSplits {
  /** By name: train, or annotations in its place, then val and test. */
  readonly splits: ReadonlyMap<string, Split>;
  /** What is to be told of them. */
  readonly notes: readonly string[];
}

/** What people of `--annotations` are called who are not those trained on. */
const OTHER_PEOPLE = 'annotations';

/**
 * @param people those of train who would be trained on
 * @param train the same as `dataAtHand` has them, with their names
 * @param trainedData what the network was trained on
 * @param isOther whether the call names other data than the run's own; all there is to go by where nothing was kept
 */
export async function evaluatedSplits(
  { val, test }: Pick<Dataset, 'val' | 'test'>,
  people: Split,
  { digest, names }: SplitAtHand,
  trainedData: TrainedData,
  isOther: boolean,
): Promise<EvaluatedSplits> {
  const isSame = trainedData.kind === 'known' ? trainedData.identity.splits.train?.digest === digest : !isOther;
  const seen = trainedData.kind === 'known' ? await trainedData.namesOf('train') : undefined;
  const seenPeople = new Set(seen);
  const numSeen = seen === undefined ? 0 : [...(names?.() ?? [])].filter((name) => seenPeople.has(name)).length;
  const isTrain = isSame || (numSeen > 0 && numSeen === people.numExamples);
  const splits = new Map(Object.entries({ [isTrain ? 'train' : OTHER_PEOPLE]: people, val, test }));
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
