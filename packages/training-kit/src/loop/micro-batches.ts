// Equal parts of a batch, one behind the other.
import * as tf from '@tensorflow/tfjs-core';
import type { Run } from '../run/run-folder.js';

const FEWEST_FOR_NORMS = 16;

/** Norms with moving averages see one part of a batch at a time, here or at another worker. */
export function noteSmallParts(run: Pick<Run, 'note'>, numExamples: number): void {
  if (numExamples >= FEWEST_FOR_NORMS) return;
  run.note(
    `Batch norms see ${numExamples} examples at a time; below ${FEWEST_FOR_NORMS} what they normalise by is rough. A larger ` +
      'batch size, fewer workers or fewer micro-batches give them more.',
  );
}

/** One of equal parts of a batch, from front to back; freed by the tidy that it is made in. */
export function partOf<Inputs extends Record<keyof Inputs, tf.Tensor>>(
  inputs: Inputs,
  index: number,
  count: number,
): Inputs {
  if (count === 1) return inputs;
  const parts = Object.entries<tf.Tensor>(inputs).map(([name, tensor]) => {
    const [numExamples, ...rest] = tensor.shape;
    const size = numExamples / count;
    return [name, tf.slice(tensor, [index * size, ...rest.map(() => 0)], [size, ...rest])];
  });
  return Object.fromEntries(parts) as Inputs;
}
