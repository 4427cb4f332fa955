// Times a training step of the ring-fed network against the plain one, step by step in turn in one process, so that
// both meet the same machine.
import * as tf from '@tensorflow/tfjs-core';
import { createRng, type WeightSourceConfig } from 'rpg-core';
import { resnet } from 'rpg-core/resnet';
import { createWeights, describeTimes, medianOf, sgd, type StepTimes, stepTimesOf, trainStep } from 'training-kit';
import { z } from 'zod';
import { classificationLoss } from '../loss.js';

/** What is timed; the defaults are ResNet18 at full width with the paper's 2M ring. */
export const benchSchema = z.strictObject({
  depth: z.literal([18, 34]).default(18).describe('layers of the ResNet'),
  width: z.int().min(1).default(64).describe('channels of the first stage'),
  ringSize: z.number().positive().default(2_359_296).describe('N: a share up to 1, or a number of elements'),
  precision: z.enum(['float32', 'bfloat16']).default('float32').describe('of activations, where the backend has it'),
  batchSize: z.int().min(1).default(128).describe('32x32 images a step'),
  numSteps: z.int().min(1).default(9).describe('timed steps of each network'),
  warmUpSteps: z.int().min(0).default(2).describe('steps of each network that are not counted'),
});

/** What the bench found. */
export interface BenchResult {
  readonly plain: StepTimes;
  readonly ring: StepTimes;
  /** Median over the pairs of ring time / plain time. */
  readonly ratio: number;
  readonly peakRssMB: number;
}

/** Runs the bench on random images. */
export function bench(options: z.output<typeof benchSchema>, onStep: (line: string) => void): BenchResult {
  const { depth, width, ringSize, precision, batchSize, numSteps, warmUpSteps } = options;
  const model = resnet({ depth, width, numClasses: 100, stem: 'cifar', precision });
  const images = tf.randomNormal<tf.Rank.R4>([batchSize, 32, 32, 3], 0, 1, 'float32', 1);
  const labels = tf.tensor1d(Int32Array.from({ length: batchSize }, (_, i) => i % 100), 'int32'); // prettier-ignore
  const stepper = (config: WeightSourceConfig): { run: () => number; dispose: () => void } => {
    const source = createWeights(model.slots, config, createRng('bench'));
    const { trainables } = source;
    const optimizer = sgd(trainables, { momentum: 0.9, weightDecay: 5e-4 });
    return {
      run: () => {
        const start = performance.now();
        const loss = () => classificationLoss(model, source.generate(model.precision), { images, labels });
        trainStep({ trainables, optimizer, loss, learningRate: 0.01 });
        return performance.now() - start;
      },
      dispose: () => {
        optimizer.dispose();
        source.dispose();
      },
    };
  };
  const plainStepper = stepper({ kind: 'independent' });
  const ringStepper = stepper({ kind: 'ring', ringSize });
  const pairs: { plain: number; ring: number }[] = [];
  for (let step = -warmUpSteps; step < numSteps; step++) {
    // Who goes first changes from pair to pair: neither always runs behind the other.
    const pair =
      step % 2 === 0
        ? { plain: plainStepper.run(), ring: ringStepper.run() }
        : (({ ring, plain }) => ({ plain, ring }))({ ring: ringStepper.run(), plain: plainStepper.run() });
    if (step >= 0) pairs.push(pair);
    onStep(`${step < 0 ? 'warm-up' : `pair ${step + 1}`}: plain ${ms(pair.plain)}, ring ${ms(pair.ring)}`);
  }
  plainStepper.dispose();
  ringStepper.dispose();
  tf.dispose([images, labels]);
  return {
    plain: stepTimesOf(pairs.map(({ plain }) => plain)),
    ring: stepTimesOf(pairs.map(({ ring }) => ring)),
    ratio: medianOf(pairs.map(({ plain, ring }) => ring / plain)),
    peakRssMB: process.resourceUsage().maxRSS / 1024,
  };
}

/** The result in lines for a person. */
export function describeBench({ plain, ring, ratio, peakRssMB }: BenchResult): string {
  return [
    describeTimes('plain', plain),
    describeTimes('ring', ring),
    `ratio    ${ratio.toFixed(3)} (median of pairs, ring / plain)`,
    `peak     ${peakRssMB.toFixed(0)} MB resident, both networks in memory`,
  ].join('\n');
}

function ms(time: number): string {
  return `${time.toFixed(0).padStart(5)} ms`;
}
