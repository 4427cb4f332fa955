// What training and evaluation know of a model, whichever side of table 1 it is on.
import type * as tf from '@tensorflow/tfjs-core';
import type { Rng, Slot, Weights } from 'rpg-core';
import type { SolveReport } from '../solvers/solver.js';

/** Receives how each search for a fixed point went; the backward one's report comes during the backward pass. */
export type OnSolve = (direction: 'forward' | 'backward', report: SolveReport) => void;

/** Settings of one forward pass. */
export interface ApplyOptions {
  readonly isTraining: boolean;
  /** Updates done so far; only what begins by unrolling reads it. Default Infinity. */
  readonly step?: number;
  /** This step's random choices: which channels are dropped. Needed in training with dropout, not read otherwise. */
  readonly rng?: Rng;
  /** Without it a search that does not converge throws; a model that searches nothing never calls it. */
  readonly onSolve?: OnSolve;
}

/** A model that declares its slots and owns no weights. */
export interface DeqModel {
  readonly slots: readonly Slot[];
  readonly numClasses: number;
  /** The stem's first kernel, [3, 3, 3, channels]. */
  readonly firstKernel: Slot;
  /**
   * @param images float32 [batch, height, width, 3], normalised; height and width are multiples of 2^(branches − 1)
   * @returns logits float32 [batch, numClasses]; the caller disposes them
   * @throws RangeError for images of another shape, or without `rng` where dropout needs it
   */
  apply(weights: Weights, images: tf.Tensor4D, options: ApplyOptions): tf.Tensor2D;
}
