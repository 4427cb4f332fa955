// Times training steps of both sides of table 1 on random images, in turn.
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource, type WeightSourceConfig } from 'rpg-core';
import { adam, type StepTimes, stepTimesOf, takeTurns, trainStep } from 'training-kit';
import { deqLoss, type LabelledImages } from '../loss.js';
import type { backboneSizes } from '../model/block-options.js';
import { mdeq, mdeqSizes } from '../model/mdeq.js';
import type { DeqModel } from '../model/model.js';
import { repeatedBlock } from '../model/repeated-block.js';
import { weightSourceConfig } from '../model/weights.js';

/** What is timed. */
export interface TrainingBenchOptions {
  readonly size: keyof typeof backboneSizes;
  readonly batchSize: number;
  readonly imageSize: number;
  /** Timed steps of each network. */
  readonly numSteps: number;
  readonly warmUpRounds: number;
}

/** The times of one network's steps. */
export interface NamedTimes {
  readonly name: string;
  readonly times: StepTimes;
}

interface Trainee {
  readonly name: string;
  readonly run: () => void;
  readonly dispose: () => void;
}

const NUM_CLASSES = 10;

/**
 * Times whole training steps: weights, forward, gradients, update. The equilibrium model once as it begins, unrolled, and
 * once with searches both ways.
 */
export function trainStepTimes(options: TrainingBenchOptions, onTurn: (line: string) => void): readonly NamedTimes[] {
  const { size, batchSize, imageSize, numSteps, warmUpRounds } = options;
  const batch = randomBatch(batchSize, imageSize);
  const model = mdeq({ ...mdeqSizes[size], numClasses: NUM_CLASSES });
  const { numUnrolled } = mdeqSizes[size].equilibrium;
  const trainees = [
    trainee(`mdeq, ${numUnrolled} steps unrolled`, model, { batch, weights: { kind: 'independent' }, step: 0 }),
    trainee('mdeq, solved', model, { batch, weights: { kind: 'independent' }, step: Infinity }),
    ...[2, 3, 4].map((numBlocks) => {
      const repeated = repeatedBlock({ ...mdeqSizes[size], numClasses: NUM_CLASSES, numBlocks });
      const weights = weightSourceConfig(repeated.slots, { weights: 'ring' });
      return trainee(`rpg, ${numBlocks} blocks`, repeated, { batch, weights, step: 0 });
    }),
  ];
  const times = takeTurns(trainees, { numRounds: numSteps, warmUpRounds, onTurn });
  for (const { dispose } of trainees) dispose();
  tf.dispose([batch.images, batch.labels]);
  return trainees.map(({ name }, i) => ({ name, times: stepTimesOf(times[i]!) }));
}

function trainee(
  name: string,
  model: DeqModel,
  { batch, weights, step }: { batch: LabelledImages; weights: WeightSourceConfig; step: number },
): Trainee {
  const rng = createRng('bench');
  const source = createWeightSource(model.slots, weights, rng);
  const { trainables } = source;
  const optimizer = adam(trainables, { weightDecay: 2.5e-6 });
  const loss = () =>
    deqLoss(model, source.generate(), batch, { step, rng: rng.fork('dropout'), onSolve: () => undefined });
  return {
    name,
    run: () => {
      trainStep({ trainables, optimizer, loss, learningRate: 1e-3 });
    },
    dispose: () => {
      optimizer.dispose();
      source.dispose();
    },
  };
}

/** Noise with classes: what the images hold changes the time by the steps of a search alone. */
function randomBatch(batchSize: number, imageSize: number): LabelledImages {
  return {
    images: tf.randomNormal<tf.Rank.R4>([batchSize, imageSize, imageSize, 3], 0, 1, 'float32', 1),
    labels: tf.tensor1d(
      Array.from({ length: batchSize }, (_, i) => i % NUM_CLASSES),
      'int32',
    ),
  };
}
