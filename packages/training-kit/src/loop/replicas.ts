// A training that several workers share: each makes its part of every batch, gradients are added up, and all of them
// make the same update. How they reach each other is the affair of `distributed-training`.
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import { type BatchPart, wholeBatch } from '../batches/batch-part.js';
import { type TrainingParts, trainingVariables } from '../checkpoint/training-state.js';
import type { InterruptRequest } from './interrupt.js';

/** The workers of a training, seen from one of them; worker 0 leads: it alone logs, evaluates and saves. */
export interface Replicas {
  /** Which worker this is, of how many: its part of every batch. */
  readonly part: BatchPart;
  /**
   * Sums over all workers, element by element, in place, with the same bits at all of them.
   *
   * @throws WorkersLost once a worker is gone
   */
  allReduce(vector: Float32Array): Promise<void>;
  /** Gives worker 0's elements to all, in place. @throws as `allReduce` */
  broadcast(vector: Float32Array): Promise<void>;
}

/** A training that is one process. */
export const alone: Replicas = {
  part: wholeBatch,
  allReduce: () => Promise.resolve(),
  broadcast: () => Promise.resolve(),
};

export function isLeader({ part }: Replicas): boolean {
  return part.index === 0;
}

/** Gives all workers what worker 0 begins with: its variables, and how many steps they have had. @returns that step */
export async function shareState(replicas: Replicas, parts: TrainingParts, step: number): Promise<number> {
  if (replicas.part.count === 1) return step;
  // Float32 counts exactly up to 2²⁴.
  const head = Float32Array.of(Math.floor(step / 2 ** 20), step % 2 ** 20);
  await replicas.broadcast(head);
  for (const [, variable] of trainingVariables(parts)) {
    const values = variable.dataSync<'float32'>().slice();
    if (values.length === 0) continue;
    await replicas.broadcast(values);
    const value = tf.tensor(values, variable.shape);
    variable.assign(value);
    value.dispose();
  }
  return head[0]! * 2 ** 20 + head[1]!;
}

/**
 * Holds every worker's weights against those of worker 0. Equal updates of equal weights stay equal; a processor that rounds
 * otherwise, or memory that fails, would show nowhere else.
 *
 * @throws Error at a worker whose weights differ
 */
export async function checkAlike(
  replicas: Replicas,
  trainables: ReadonlyMap<string, tf.Variable>,
  step: number,
): Promise<void> {
  const { part } = replicas;
  if (part.count === 1) return;
  const hash = createHash('sha256');
  for (const variable of trainables.values())
    hash.update(new Uint8Array(variable.dataSync<'float32'>().slice().buffer));
  const own = Float32Array.from(hash.digest()); // a byte each, which float32 holds exactly
  const leaders = own.slice();
  await replicas.broadcast(leaders);
  if (own.some((byte, i) => byte !== leaders[i])) {
    throw new Error(
      `After step ${step} the weights of worker ${part.index} differ from those of worker 0, which nothing explains but ` +
        'processors that round differently, or memory that fails. Go on from the last checkpoint on equal machines.',
    );
  }
}

/** Whether any worker was asked to end. All ask at the same places of the loop. */
export async function isAnyInterrupted(replicas: Replicas, interrupt: InterruptRequest): Promise<boolean> {
  const asked = Float32Array.of(interrupt.isRequested() ? 1 : 0);
  await replicas.allReduce(asked);
  return asked[0]! > 0;
}
