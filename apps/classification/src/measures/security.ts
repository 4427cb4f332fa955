// Section 5.5 "Security": what the numbers of a trained ring are worth to somebody who does not know their arrangement.
import { createRng, type Rng, type WeightSource } from 'rpg-core';
import { guessPlan, rearrange, redrawPlan } from 'rpg-core/analysis';
import { captureState, createWeights, restoreState } from 'training-kit';
import type { Measured, TrainedRun } from 'training-kit/commands';
import { shuffledIndices } from 'training-kit/data';
import { evaluate } from '../evaluate.js';
import { weightSourceConfig } from '../model/weights.js';
import { openTrainedModel, type TrainedModel } from '../trained-model.js';
import { trainBriefly } from './brief-training.js';

/** How much is tried on each network. */
export interface SecuritySettings {
  readonly numWrongSeeds: number;
  /** Shares of the weights whose place in the ring and sign are known. */
  readonly knownShares: readonly number[];
  /** Share of the training images that a thief has. */
  readonly stolenShare: number;
  /** The thief's passes over them. */
  readonly stolenEpochs: number;
}

const settings: SecuritySettings = {
  numWrongSeeds: 3,
  knownShares: [0, 0.1, 0.5, 0.9],
  stolenShare: 0.1,
  stolenEpochs: 8,
};

/**
 * Test accuracies with the right and with wrong arrangements, and of a thief, who trains on few images.
 *
 * @throws RangeError for a network without a ring
 */
export async function measureSecurity({ checkpoint, keyFile, note }: TrainedRun): Promise<Measured> {
  const trained = await openTrainedModel(checkpoint, null, keyFile);
  const rng = createRng(trained.config.seed).fork('security');
  try {
    return {
      chance: 1 / trained.dataset.numClasses,
      ...(await accuracyByKnowledge(trained, settings, rng)),
      ...(await accuracyOfThieves(trained, settings, rng, note)),
    };
  } finally {
    trained.source.dispose();
  }
}

/** What the arrangement is worth: `rightTop1`, the mean `wrongSeedTop1` of several seeds, and by share as a curve, `known/0.1`. */
export async function accuracyByKnowledge(
  { config, dataset, model, source }: Pick<TrainedModel, 'config' | 'dataset' | 'model' | 'source'>,
  { numWrongSeeds, knownShares }: Pick<SecuritySettings, 'numWrongSeeds' | 'knownShares'>,
  rng: Rng,
): Promise<Measured> {
  if (source.plans.size === 0) {
    throw new RangeError(`weights is ${config.weights}: there is no ring, and no arrangement to be kept secret.`);
  }
  const accuracyOf = async (guess: Parameters<typeof rearrange>[1]): Promise<number> => {
    const guessed = rearrange(source, guess);
    try {
      return (await evaluate(model, guessed, dataset.test)).top1;
    } finally {
      guessed.dispose();
    }
  };
  const rightTop1 = await accuracyOf((plan) => plan);
  let wrong = 0;
  for (let i = 0; i < numWrongSeeds; i++) {
    wrong += await accuracyOf((plan, name) => redrawPlan(plan, rng.fork(`wrong-${i}`).fork(name)));
  }
  const curve: Record<string, number> = { 'known/1': rightTop1 };
  for (const knownShare of knownShares) {
    curve[`known/${knownShare}`] = await accuracyOf((plan, name) =>
      guessPlan(plan, { knownShare }, rng.fork(`known-${knownShare}`).fork(name)),
    );
  }
  return { rightTop1, wrongSeedTop1: wrong / numWrongSeeds, ...curve };
}

/**
 * Whether the stolen numbers help to train on few images: `stolenTop1` begins with all of them under a wrong arrangement,
 * `stolenButRingTop1` with stem, head and norms alone, `fromNothingTop1` with none. Steps, batches and arrangement are the same.
 */
export async function accuracyOfThieves(
  { config, dataset, model, source }: Pick<TrainedModel, 'config' | 'dataset' | 'model' | 'source'>,
  { stolenShare, stolenEpochs }: Pick<SecuritySettings, 'stolenShare' | 'stolenEpochs'>,
  rng: Rng,
  note: (line: string) => void,
): Promise<Measured> {
  const { train, test } = dataset;
  const numStolen = Math.max(1, Math.round(stolenShare * train.numExamples));
  const drawn = shuffledIndices(train.numExamples, rng.fork('stolen'));
  const images = train.select(drawn.subarray(0, numStolen).sort());
  const begin = (): WeightSource => createWeights(model.slots, weightSourceConfig(config), rng.fork('thief'));
  const starts = {
    stolenTop1: () => {
      const own = begin();
      try {
        return rearrange(source, (_, name) => own.plans.get(name)!);
      } finally {
        own.dispose();
      }
    },
    stolenButRingTop1: () => {
      const own = begin();
      takeAllButRings(own, source);
      return own;
    },
    fromNothingTop1: begin,
  };
  const accuracies: Record<string, number> = {};
  for (const [name, start] of Object.entries(starts)) {
    const thief = start();
    try {
      const recipe = { config, numEpochs: stolenEpochs, rng: rng.fork('thief/batches') };
      const numSteps = await trainBriefly({ model, source: thief }, images, recipe);
      accuracies[name] = (await evaluate(model, thief, test)).top1;
      note(`${name} after ${numSteps} steps on ${numStolen} images: ${accuracies[name]}`);
    } finally {
      thief.dispose();
    }
  }
  return accuracies;
}

function takeAllButRings(own: WeightSource, stolen: WeightSource): void {
  const trainables = new Map([...own.trainables].filter(([name]) => !own.plans.has(name)));
  const { statistics } = own;
  restoreState({ source: { trainables, statistics } }, captureState({ source: stolen }), 'the trained network');
}
