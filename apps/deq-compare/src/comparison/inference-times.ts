// How long networks take for an image. They take turns, so that all meet the same machine; weights are there before the
// clock starts (the paper's table 1 times a forward pass).
import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from 'rpg-core';
import { type StepTimes, stepTimesOf, takeTurns } from 'training-kit';
import type { Split } from 'training-kit/labelled-images';
import type { DeqModel } from '../model/model.js';

/** One network under test, with weights generated for it; they stay the caller's. */
export interface TimedNetwork {
  readonly name: string;
  readonly model: DeqModel;
  readonly weights: Weights;
}

/** What is timed. */
export interface InferenceTimingOptions {
  /** Images at once, one or more sizes. */
  readonly batchSizes: readonly number[];
  /** Timed passes of each network for each size, 1 or more. */
  readonly numRounds: number;
  /** Passes before them; default 1. */
  readonly warmUpRounds?: number;
  /** [height, width, channels] */
  readonly imageShape: readonly [number, number, number];
  /** Noise unless given: a search for a fixed point takes as many steps as its images are hard. */
  readonly imagesOf?: (batchSize: number) => tf.Tensor4D;
  /** Receives a line after each pass. */
  readonly onTurn?: (line: string) => void;
}

/** The times of one network for one batch size. */
export interface InferenceTimes {
  readonly name: string;
  readonly batchSize: number;
  /** Milliseconds an image, until its logits are there. */
  readonly perImage: StepTimes;
  /** Evaluations of the block that a search took, in the mean; absent for networks that search nothing. */
  readonly numSteps?: number;
}

/**
 * Times forward passes as in evaluation. Searches that do not converge are taken as they are.
 *
 * @returns for each batch size one entry a network, in the order given
 * @throws RangeError for no batch size, or fewer than one round
 */
export function inferenceTimes(
  networks: readonly TimedNetwork[],
  options: InferenceTimingOptions,
): readonly InferenceTimes[] {
  const { batchSizes, imageShape, numRounds, warmUpRounds = 1, onTurn } = options;
  if (batchSizes.length === 0 || batchSizes.some((size) => !Number.isInteger(size) || size < 1)) {
    throw new RangeError(`batchSizes is [${batchSizes.join(', ')}], expected one or more positive integers.`);
  }
  const imagesOf = options.imagesOf ?? ((size) => tf.randomNormal([size, ...imageShape], 0, 1, 'float32', 1));
  return batchSizes.flatMap((batchSize) => {
    const images = imagesOf(batchSize);
    const runners = networks.map((timed) => forwardPass(timed, images));
    const times = takeTurns(runners, { numRounds, warmUpRounds, onTurn });
    images.dispose();
    return runners.map(({ name, steps }, i) => ({
      name,
      batchSize,
      perImage: stepTimesOf(times[i]!.map((time) => time / batchSize)),
      ...(steps.length === 0 ? {} : { numSteps: steps.reduce((sum, count) => sum + count, 0) / steps.length }),
    }));
  });
}

/** float32 [count, height, width, 3]: the split's first images, from the start again where it is smaller. */
export async function firstImages(split: Split, count: number): Promise<Float32Array> {
  const chosen = split.select(Array.from({ length: count }, (_, i) => i % split.numExamples));
  for await (const batch of chosen.evalBatches({ batchSize: count })) return batch.images;
  throw new RangeError(`firstImages: count is ${count}, expected 1 or more.`);
}

/** What to run, and the steps of each search that it makes. */
function forwardPass(
  { name, model, weights }: TimedNetwork,
  images: tf.Tensor4D,
): { readonly name: string; readonly run: () => void; readonly steps: readonly number[] } {
  const steps: number[] = [];
  const run = (): void => {
    const logits = model.apply(weights, images, {
      isTraining: false,
      onSolve: (_, { numSteps }) => {
        steps.push(numSteps);
      },
    });
    logits.dataSync(); // the time ends when the numbers are there
    logits.dispose();
  };
  return { name, run, steps };
}
