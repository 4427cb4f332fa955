// Times training steps and predictions of a stacked hourglass on random images, and says what memory they took. Weight
// modes that are asked for together take turns step by step, so that all meet the same machine.
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from 'rpg-core';
import { createWeights, describeTimes, rmsprop, type StepTimes, stepTimesOf, takeTurns, trainStep } from 'training-kit';
import { groupedDigits } from 'training-kit/data';
import { z } from 'zod';
import { numJoints } from '../data/joints.js';
import { type PoseBatch, poseLoss } from '../loss.js';
import { type PoseModel, stackedHourglass } from '../model/model.js';
import { type WeightMode, weightModes, weightSourceConfig } from '../model/weights.js';
import { predictHeatMaps } from '../predict/predict-heat-maps.js';

/** What is timed; the defaults are the full network with two sub-networks, as the hourglass authors train it. */
export const benchSchema = z.strictObject({
  numStacks: z.int().min(1).default(2).describe('sub-networks'),
  inputSize: z.int().min(8).multipleOf(8).default(256).describe('side of the images in pixels'),
  batchSize: z.int().min(1).default(6).describe('images a step'),
  widthMultiplier: z.number().positive().default(1).describe('share of the full network’s 256 features'),
  numSteps: z.int().min(1).default(3).describe('timed steps, and timed predictions, of each network'),
  warmUpSteps: z.int().min(0).default(1).describe('steps of each network that are not counted'),
  weights: z
    .enum([...weightModes, 'all'])
    .default('ring')
    .describe('where the weights come from; all: the modes in turn, together in memory'),
});

export type BenchOptions = z.output<typeof benchSchema>;

/** How long predictions for batches of one size take. */
export interface InferenceTimes {
  readonly batchSize: number;
  /** Milliseconds an image. */
  readonly perImage: StepTimes;
}

/** The times of one network. */
export interface NetworkTimes {
  readonly weights: WeightMode;
  /** Numbers that are trained. */
  readonly numTrained: number;
  readonly trainStep: StepTimes;
  /** For batches of 1 and of `batchSize`; weights generated beforehand, norms by their moving averages. */
  readonly inference: readonly InferenceTimes[];
}

/** What the bench found. */
export interface BenchResult {
  readonly networks: readonly NetworkTimes[];
  /** Most resident memory of the process until the training steps had ended, and until the end. */
  readonly peakTrainingGiB: number;
  readonly peakGiB: number;
}

/** One network under test. */
interface Candidate {
  readonly weights: WeightMode;
  readonly numTrained: number;
  readonly step: () => void;
  /** @returns what to call for one prediction, and what frees it */
  readonly predictor: (batchSize: number) => { readonly run: () => void; readonly dispose: () => void };
  readonly dispose: () => void;
}

/**
 * Runs the bench.
 *
 * @param onStep receives a line after each step
 * @throws RangeError for sizes that give no network
 */
export function bench(options: BenchOptions, onStep: (line: string) => void): BenchResult {
  const model = stackedHourglass(options);
  const batch = randomBatch(model, options.batchSize);
  const turns = { numRounds: options.numSteps, warmUpRounds: options.warmUpSteps, onTurn: onStep };
  const modes = options.weights === 'all' ? weightModes : [options.weights];
  const candidates = modes.map((weights) => createCandidate(model, weights, batch));
  const training = takeTurns(
    candidates.map(({ weights, step }) => ({ name: `${weights} training`, run: step })),
    turns,
  );
  const peakTrainingGiB = peakGiB();
  tf.dispose(Object.values(batch));
  const inference = [...new Set([1, options.batchSize])].map((batchSize) => {
    const predictors = candidates.map(({ weights, predictor }) => ({ weights, ...predictor(batchSize) }));
    const times = takeTurns(
      predictors.map(({ weights, run }) => ({ name: `${weights} prediction, batch ${batchSize}`, run })),
      turns,
    );
    for (const predictor of predictors) predictor.dispose();
    return { batchSize, times: times.map((ofOne) => stepTimesOf(ofOne.map((time) => time / batchSize))) };
  });
  for (const candidate of candidates) candidate.dispose();
  return {
    networks: candidates.map(({ weights, numTrained }, i) => ({
      weights,
      numTrained,
      trainStep: stepTimesOf(training[i]!),
      inference: inference.map(({ batchSize, times }) => ({ batchSize, perImage: times[i]! })),
    })),
    peakTrainingGiB,
    peakGiB: peakGiB(),
  };
}

/** The result in lines for a person. */
export function describeBench({ networks, peakTrainingGiB, peakGiB: peak }: BenchResult): string {
  const rows = networks.flatMap(({ weights, numTrained, trainStep: times, inference }) => [
    { name: `${weights}, ${groupedDigits(numTrained)} trained: a step`, times },
    ...inference.map(({ batchSize, perImage }) => ({
      name: `${weights}, predicting an image, ${batchSize} at once`,
      times: perImage,
    })),
  ]);
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  const together = networks.length === 1 ? '' : `, ${networks.length} networks in memory`;
  return [
    ...rows.map(({ name, times }) => describeTimes(name.padEnd(width), times)),
    `peak resident memory: ${peakTrainingGiB.toFixed(2)} GiB in training, ${peak.toFixed(2)} GiB in all${together}`,
  ].join('\n');
}

function createCandidate(model: PoseModel, weights: WeightMode, batch: PoseBatch): Candidate {
  const source = createWeights(model.slots, weightSourceConfig(model.slots, { weights }), createRng('bench'));
  const { trainables } = source;
  const optimizer = rmsprop(trainables);
  return {
    weights,
    numTrained: [...trainables.values()].reduce((sum, { size }) => sum + size, 0),
    step: () => {
      const loss = () => poseLoss(model, source.generate(), batch);
      trainStep({ trainables, optimizer, loss, learningRate: 2.5e-4 });
    },
    predictor: (batchSize) => {
      const images = randomImages(model, batchSize);
      const generated = source.generate();
      return {
        run: () => {
          const maps = predictHeatMaps(model, generated, images, { useFlipTest: false });
          maps.dataSync(); // the time ends when the numbers are there
          maps.dispose();
        },
        dispose: () => {
          images.dispose();
          generated.dispose();
        },
      };
    },
    dispose: () => {
      optimizer.dispose();
      source.dispose();
    },
  };
}

function randomImages({ inputSize }: PoseModel, batchSize: number): tf.Tensor4D {
  return tf.randomUniform<tf.Rank.R4>([batchSize, inputSize, inputSize, 3], 0, 1, 'float32', 1);
}

/** Noise with targets of the right shape: what they hold does not change the time. */
function randomBatch(model: PoseModel, batchSize: number): PoseBatch {
  const { mapSize } = model;
  return {
    images: randomImages(model, batchSize),
    targets: tf.randomUniform<tf.Rank.R4>([batchSize, mapSize, mapSize, numJoints], 0, 1, 'float32', 2),
    jointWeights: tf.ones<tf.Rank.R2>([batchSize, numJoints]),
  };
}

function peakGiB(): number {
  return process.resourceUsage().maxRSS / 2 ** 20; // from KiB
}
