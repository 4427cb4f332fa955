// All that a step has to add up over micro-batches and workers, as one float32 vector: one message a step.
import * as tf from '@tensorflow/tfjs-core';

/** What is added up. */
export interface StepParts {
  /** By variable; a variable that the loss does not use has none. */
  readonly gradients: ReadonlyMap<string, tf.Tensor>;
  /** Moving averages of norms after the forward pass, by name. */
  readonly statistics: ReadonlyMap<string, tf.Tensor>;
  /** Loss and metrics. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** [gradients | statistics | numbers], each in the order of its names. */
export function packStep({ gradients, statistics, numbers }: StepParts): Float32Array {
  const tensors = [...gradients.values(), ...statistics.values()];
  const values = Object.values(numbers);
  const vector = new Float32Array(tensors.reduce((sum, { size }) => sum + size, values.length));
  let at = 0;
  for (const tensor of tensors) {
    vector.set(tensor.dataSync<'float32'>(), at);
    at += tensor.size;
  }
  vector.set(values, at);
  return vector;
}

/**
 * The reverse.
 *
 * @param like parts of the same names and shapes; its tensors are not read
 * @returns the caller's to dispose
 */
export function unpackStep(vector: Float32Array, like: StepParts): StepParts {
  let at = 0;
  const next = (length: number): Float32Array => vector.slice(at, (at += length));
  const tensorsOf = (map: ReadonlyMap<string, tf.Tensor>) =>
    new Map([...map].map(([name, { shape, size }]) => [name, tf.tensor(next(size), shape)]));
  const gradients = tensorsOf(like.gradients);
  const statistics = tensorsOf(like.statistics);
  const names = Object.keys(like.numbers);
  const values = next(names.length);
  return { gradients, statistics, numbers: Object.fromEntries(names.map((name, i) => [name, values[i]!])) };
}
