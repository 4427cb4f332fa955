// Times training steps of stacked SharpNets on random images, and says what memory they took. One weight mode a process:
// two networks of full width fit side by side on few machines, and the most memory of a process is told only once.
import * as tf from '@tensorflow/tfjs-core';
import { countParameters, createRng } from 'rpg-core';
import { createWeights, describeTimes, sgd, type StepTimes, stepTimesOf, trainStep } from 'training-kit';
import { groupedDigits } from 'training-kit/data';
import { z } from 'zod';
import { type MultitaskBatch, multitaskLoss } from '../loss.js';
import { stackedSharpNet } from '../model/model.js';
import { normSharingOf, weightModes, weightSourceConfig } from '../model/weights.js';

/** What is timed; the defaults are two full SharpNets on one ring a block. */
export const benchSchema = z.strictObject({
  numStacks: z.int().min(1).default(2).describe('sub-networks'),
  inputSize: z.int().min(16).multipleOf(16).default(256).describe('side of the images in pixels'),
  batchSize: z.int().min(1).default(1).describe('images a step'),
  widthMultiplier: z.number().positive().default(1).describe('share of the full network’s channels'),
  numSteps: z.int().min(1).default(3).describe('timed steps'),
  warmUpSteps: z.int().min(0).default(1).describe('steps that are not counted'),
  weights: z.enum(weightModes).default('ring').describe('where the weights come from'),
});

export type BenchOptions = z.output<typeof benchSchema>;

/** What the bench found. */
export interface BenchResult {
  /** Numbers that are trained. */
  readonly numTrained: number;
  /** M: weights that the convolutions use. */
  readonly numGenerated: number;
  /** Milliseconds from nothing to a network with its weights and index arrays. */
  readonly setUpMs: number;
  /** Of a whole training step: weights, both tasks forward, gradients, update. */
  readonly trainStep: StepTimes;
  /** Most resident memory of the process so far. */
  readonly peakGiB: number;
}

/**
 * Runs the bench.
 *
 * @param onStep receives a line after each step
 * @throws RangeError for sizes that give no network
 */
export function bench(options: BenchOptions, onStep: (line: string) => void): BenchResult {
  const { weights, batchSize, inputSize, numSteps, warmUpSteps } = options;
  const begin = performance.now();
  const model = stackedSharpNet({ ...options, norms: normSharingOf(weights) });
  const source = createWeights(model.slots, weightSourceConfig(model.slots, { weights }), createRng('bench'));
  const { trainables } = source;
  const optimizer = sgd(trainables, { momentum: 0.9, weightDecay: 5e-5 }); // SharpNet's recipe
  const setUpMs = performance.now() - begin;
  const batch = randomBatch(batchSize, inputSize);
  const loss = () => multitaskLoss(model, source.generate(), batch);
  const times: number[] = [];
  for (let step = -warmUpSteps; step < numSteps; step++) {
    const start = performance.now();
    trainStep({ trainables, optimizer, loss, learningRate: 1e-3 });
    const time = performance.now() - start;
    if (step >= 0) times.push(time);
    onStep(`${step < 0 ? 'warm-up' : `step ${step + 1}`}: ${time.toFixed(0)} ms`);
  }
  const { total, generated } = countParameters(source);
  tf.dispose(Object.values(batch));
  optimizer.dispose();
  source.dispose();
  const peakGiB = process.resourceUsage().maxRSS / 2 ** 20; // from KiB
  return { numTrained: total, numGenerated: generated, setUpMs, trainStep: stepTimesOf(times), peakGiB };
}

/** The result in lines for a person. */
export function describeBench({ numTrained, numGenerated, setUpMs, trainStep: times, peakGiB }: BenchResult): string {
  return [
    `${groupedDigits(numTrained)} numbers trained, ${groupedDigits(numGenerated)} weights of convolutions in use`,
    `set-up ${(setUpMs / 1000).toFixed(1)} s`,
    describeTimes('a step', times),
    `peak resident memory: ${peakGiB.toFixed(2)} GiB`,
  ].join('\n');
}

/** Noise with truth of the right shape: what it holds does not change the time. */
function randomBatch(batchSize: number, inputSize: number): Record<keyof MultitaskBatch, tf.Tensor> & MultitaskBatch {
  const shape: [number, number, number] = [batchSize, inputSize, inputSize];
  return {
    images: tf.randomUniform([...shape, 3], 0, 1, 'float32', 1),
    depths: tf.randomUniform(shape, 1, 5, 'float32', 2),
    depthMask: tf.ones(shape),
    normals: tf.fill([...shape, 3], Math.sqrt(1 / 3)),
    normalsMask: tf.ones(shape),
  };
}
