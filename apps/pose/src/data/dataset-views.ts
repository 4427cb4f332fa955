// How a run looks at its dataset: the crops its model wants, and the parts it learns from.
import { createRng, type Rng } from 'rpg-core';
import { shuffledIndices } from 'training-kit/data';
import { ConfigError } from 'training-kit/errors';
import type { PoseConfig } from '../config.js';
import type { PoseModel } from '../model/model.js';
import type { Dataset } from './dataset.js';
import { selectPeople } from './select-people.js';
import type { Split } from './split.js';
import type { CropSettings } from './views/crop-settings.js';

/** Crops and targets for `model`. */
export function cropOf(
  { boxRule, sigmaPx, peak }: Pick<PoseConfig, 'boxRule' | 'sigmaPx' | 'peak'>,
  dataset: Pick<Dataset, 'boxRule' | 'normalization'>,
  { inputSize, mapSize }: Pick<PoseModel, 'inputSize' | 'mapSize'>,
): CropSettings {
  const { normalization } = dataset;
  return { boxRule: boxRule === 'own' ? dataset.boxRule : boxRule, inputSize, mapSize, sigmaPx, peak, normalization };
}

/** The people to learn from: all of train, or as many as the config says, drawn. @throws ConfigError for more than there are */
export function trainPart({ train }: Dataset, { trainExamples }: Pick<PoseConfig, 'trainExamples'>, rng: Rng): Split {
  if (trainExamples === null) return train;
  if (trainExamples > train.numExamples) {
    throw new ConfigError(
      'trainExamples',
      `trainExamples is ${trainExamples}, but train has ${train.numExamples} people.`,
    );
  }
  return drawnPart(train, trainExamples, rng);
}

/** Training people evaluated where there is nobody held out to match in number. */
const MAX_SEEN = 500;

/**
 * The people trained on that stand for all in the gap of table 6(b), the same in a run's report and in `evaluate`: as many
 * as are held out, drawn by the seed.
 *
 * @param people `trainPart`
 */
export function seenPart(people: Split, heldOut: Pick<Split, 'numExamples'>, seed: number): Split {
  return drawnPart(people, heldOut.numExamples || MAX_SEEN, createRng(seed).fork('seen'));
}

/** `numExamples` people of a split, or all where it has fewer, in their order. */
function drawnPart(split: Split, numExamples: number, rng: Rng): Split {
  return selectPeople(split, shuffledIndices(split.numExamples, rng).subarray(0, numExamples).sort());
}
