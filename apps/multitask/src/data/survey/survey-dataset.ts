// All splits of a dataset looked at before work begins.
import type { DataError } from 'training-kit/errors';
import type { Dataset } from '../dataset.js';
import { describeSurvey } from './check-survey.js';
import { surveySplit } from './survey.js';

/**
 * Tells what each split has, by `describeSurvey`.
 *
 * @param titles of the splits, for those who read the lines
 * @param note shows a line to the person in front
 * @throws DataError as `describeSurvey`, or for a frame that cannot be read where that ends a run
 */
export async function surveyDataset(
  dataset: Dataset,
  note: (line: string) => void,
  titles: Readonly<Record<'train' | 'val' | 'test', string>> = { train: 'train', val: 'val', test: 'test' },
): Promise<void> {
  for (const name of ['train', 'val', 'test'] as const) {
    const split = dataset[name];
    if (split.numExamples === 0) continue;
    const bad: DataError[] = [];
    const survey = await surveySplit(split, (error) => {
      if (split.frames.kind !== 'files' || split.frames.onBadImage === 'stop') throw error;
      bad.push(error);
    });
    for (const error of bad) await dataset.leftOut.add(error.file, () => Promise.resolve(error.message));
    describeSurvey(titles[name], split, survey).forEach((line) => {
      note(line);
    });
  }
}
