// All splits of a dataset looked at before work begins.
import type { DataError } from 'training-kit/errors';
import type { Dataset } from '../dataset.js';
import type { Split } from '../split.js';
import { describeSurvey } from './check-survey.js';
import { surveySplit } from './survey.js';

/**
 * Tells what each split has, by `describeSurvey`.
 *
 * @param note shows a line to the person in front
 * @param splits those of the dataset by the names that the lines give them
 * @throws DataError as `describeSurvey`, or for a frame that cannot be read where that ends a run
 */
export async function surveyDataset(
  { train, val, test, leftOut }: Dataset,
  note: (line: string) => void,
  splits: ReadonlyMap<string, Split> = new Map(Object.entries({ train, val, test })),
): Promise<void> {
  for (const [name, split] of splits) {
    if (split.numExamples === 0) continue;
    const bad: DataError[] = [];
    const survey = await surveySplit(split, (error) => {
      if (split.frames.kind !== 'files' || split.frames.onBadImage === 'stop') throw error;
      bad.push(error);
    });
    for (const error of bad) await leftOut.add(error.file, () => Promise.resolve(error.message));
    describeSurvey(name, split, survey).forEach((line) => {
      note(line);
    });
  }
}
