// One update from several micro-batches, of this process and of other workers: gradients, statistics and numbers are
// averaged, then all make the same update.
import * as tf from '@tensorflow/tfjs-core';
import { sumInReduceOrder } from 'tensorflow-runtime/cluster';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { Replicas } from './replicas.js';
import { packStep, type StepParts, unpackStep } from './step-vector.js';
import { gradientsOf, type LossResult, type StepNumbers } from './train-step.js';

/** The parts of one shared step. */
export interface SharedStepOptions {
  readonly source: {
    readonly trainables: ReadonlyMap<string, tf.Variable>;
    readonly statistics: ReadonlyMap<string, tf.Variable>;
  };
  readonly optimizer: Optimizer;
  /** Runs the model on a micro-batch of this process; everything it makes is freed afterwards. */
  readonly lossOf: (microBatch: number) => LossResult;
  /** In this process; all of them, of all workers, are equally large. */
  readonly numMicroBatches: number;
  readonly replicas: Replicas;
  readonly learningRate: number;
  /** This worker was asked to end. */
  readonly isInterrupted: boolean;
}

/**
 * Does one training step on the mean over all micro-batches of all workers. The moving averages of norms start from the
 * same values in each micro-batch and are averaged too, so that all workers have the same ones after every step.
 * Two workers give the bits of one process with two micro-batches.
 *
 * A loss that is not finite leaves the variables as they are, at all workers; so does a worker that is gone.
 *
 * @returns numbers averaged over the batch; whether any worker was asked to end
 * @throws WorkersLost once a worker is gone
 */
export async function sharedStep(
  options: SharedStepOptions,
): Promise<{ readonly numbers: StepNumbers; readonly isAnyInterrupted: boolean }> {
  const { source, optimizer, replicas, numMicroBatches, learningRate } = options;
  const before = [...source.statistics.values()].map((variable) => tf.clone(variable));
  const restore = (): void => {
    [...source.statistics.values()].forEach((variable, i) => {
      variable.assign(before[i]!);
    });
  };
  let parts: StepParts | undefined;
  try {
    const vectors: Float32Array[] = [];
    for (let i = 0; i < numMicroBatches; i++) {
      restore();
      tf.dispose(parts === undefined ? [] : [...parts.gradients.values()]);
      parts = partsOf(options, i);
      vectors.push(packStep(parts));
    }
    const vector = sumInReduceOrder(vectors);
    restore();
    await replicas.allReduce(vector);
    const count = numMicroBatches * replicas.part.count;
    for (let i = 0; i < vector.length; i++) vector[i]! /= count;
    const mean = unpackStep(vector, parts!);
    const { [INTERRUPTED]: interrupted, ...numbers } = mean.numbers as StepNumbers & { [INTERRUPTED]: number };
    if (Number.isFinite(numbers.loss)) {
      optimizer.update(mean.gradients, learningRate);
      for (const [name, value] of mean.statistics) source.statistics.get(name)!.assign(value);
    }
    tf.dispose([...mean.gradients.values(), ...mean.statistics.values()]);
    return { numbers: numbers, isAnyInterrupted: interrupted > 0 };
  } finally {
    tf.dispose([...before, ...(parts?.gradients.values() ?? [])]);
  }
}

/** A number beside the metrics, whose names are an app's. */
const INTERRUPTED = '\0interrupted';

function partsOf({ source, lossOf, isInterrupted }: SharedStepOptions, microBatch: number): StepParts {
  const { gradients, numbers } = gradientsOf(source.trainables, () => lossOf(microBatch));
  return {
    gradients,
    statistics: source.statistics,
    numbers: { ...numbers, [INTERRUPTED]: isInterrupted ? 1 : 0 },
  };
}
