// Gradients of a loss with respect to all that a source trains, and what they are to agree with.
import * as tf from '@tensorflow/tfjs-core';
import type { WeightSource } from 'rpg-core';
import { read } from './numbers.js';

/** By the names of the trainables; those that the loss does not depend on are missing. */
export type Gradients = ReadonlyMap<string, readonly number[]>;

/** The gradients of `loss`, which reads the source's variables. */
export function gradientsOf(source: WeightSource, loss: () => tf.Scalar): Gradients {
  const { value, grads } = tf.variableGrads(loss, [...source.trainables.values()]);
  const gradients = new Map<string, readonly number[]>();
  for (const [name, variable] of source.trainables) {
    const gradient = grads[variable.name];
    if (gradient !== undefined) gradients.set(name, read(gradient));
  }
  tf.dispose([value, grads]);
  return gradients;
}

/** Of all gradients together, ‖a − b‖ / ‖b‖. @throws RangeError when they are not of the same variables */
export function distance(a: Gradients, b: Gradients): number {
  if (a.size !== b.size) throw new RangeError(`There are ${a.size} and ${b.size} gradients, expected as many.`);
  let [differences, squares] = [0, 0];
  for (const [name, expected] of b) {
    const found = a.get(name);
    if (found === undefined) throw new RangeError(`There is no gradient of '${name}'.`);
    expected.forEach((value, i) => {
      differences += (found[i]! - value) ** 2;
      squares += value ** 2;
    });
  }
  return Math.sqrt(differences / squares);
}

/**
 * (loss(p + h·d) − loss(p − h·d)) / 2h for one trainable p, which is left as it was.
 *
 * @param direction d, of the trainable's size
 */
export function slopeAlong(
  variable: tf.Variable,
  { direction, step, loss }: { direction: readonly number[]; step: number; loss: () => number },
): number {
  const start = read(variable);
  const at = (distanceFromStart: number): number => {
    const moved = start.map((value, i) => value + distanceFromStart * direction[i]!);
    variable.assign(tf.tensor(moved, variable.shape));
    return loss();
  };
  const slope = (at(step) - at(-step)) / (2 * step);
  at(0);
  return slope;
}
