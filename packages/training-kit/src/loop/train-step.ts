// One update: forward, loss, gradients, optimizer. `trainingLoop` calls it for each batch.
import * as tf from '@tensorflow/tfjs-core';
import type { Optimizer } from '../optimizers/optimizer.js';

/** What a loss function gives: the scalar to minimise, and scalars to log beside it. */
export interface LossResult {
  readonly loss: tf.Scalar;
  readonly metrics?: Readonly<Record<string, tf.Scalar>>;
}

/** The parts of one step. */
export interface TrainStepOptions {
  readonly trainables: ReadonlyMap<string, tf.Variable>;
  readonly optimizer: Optimizer;
  /** Runs the model on this step's batch; everything it makes is freed afterwards. */
  readonly loss: () => LossResult;
  readonly learningRate: number;
}

/** Loss and metrics of a step, as logged. */
export type StepNumbers = Record<string, number> & { loss: number };

/**
 * Does one training step.
 *
 * A loss that is not finite leaves the variables as they are, so that what led to it can be looked at and no checkpoint
 * is spoilt; the caller stops the run (`Run.log` does).
 *
 * @returns `loss` and the metrics, read from the device
 */
export function trainStep({ trainables, optimizer, loss, learningRate }: TrainStepOptions): StepNumbers {
  const { gradients, numbers } = gradientsOf(trainables, loss);
  if (Number.isFinite(numbers.loss)) optimizer.update(gradients, learningRate);
  tf.dispose([...gradients.values()]);
  return numbers;
}

/**
 * Gradients of a loss, by the names of `trainables`, and its numbers; a variable that the loss does not use has none.
 *
 * @returns gradients that are the caller's to dispose
 */
export function gradientsOf(
  trainables: ReadonlyMap<string, tf.Variable>,
  loss: () => LossResult,
): { readonly gradients: Map<string, tf.Tensor>; readonly numbers: StepNumbers } {
  let metrics: Readonly<Record<string, tf.Scalar>> = {};
  const { value, grads } = tf.variableGrads(() => {
    const result = loss();
    metrics = result.metrics ?? {};
    Object.values(metrics).forEach((metric) => tf.keep(metric));
    return result.loss;
  }, [...trainables.values()]);
  const read = (scalar: tf.Scalar): number => scalar.dataSync()[0]!;
  const numbers = {
    loss: read(value),
    ...Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, read(metric)])),
  };
  const gradients = new Map<string, tf.Tensor>();
  for (const [name, variable] of trainables) {
    const gradient = grads[variable.name];
    if (gradient !== undefined) gradients.set(name, gradient);
  }
  tf.dispose([value, Object.values(metrics)]);
  return { gradients, numbers };
}
