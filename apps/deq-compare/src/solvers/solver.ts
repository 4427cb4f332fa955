// The contract of fixed-point solvers: how a method starts, what a step is, when a search ends, and what comes out.
import type * as tf from '@tensorflow/tfjs-core';

/**
 * f, whose fixed point z = f(z) is looked for. Each row is a problem of its own: row i of f(z) depends on row i of z.
 *
 * @param z float32 [batch, size]; not to be disposed
 * @returns float32 [batch, size]; the solver disposes it
 */
export type FixedPointMap = (z: tf.Tensor2D) => tf.Tensor2D;

/** How one sample's search ended, best first. */
export const solveStatuses = ['converged', 'out-of-steps', 'diverged', 'not-finite'] as const;

/**
 * - `converged`: ‖f(z) − z‖ is within the tolerance.
 * - `out-of-steps`: it never was; the value is the best iterate met.
 * - `diverged`: ‖f(z) − z‖ grew beyond all bounds; the value is the best iterate met.
 * - `not-finite`: f gave NaN or infinity; the value is the best iterate before that.
 */
export type SolveStatus = (typeof solveStatuses)[number];

/** When a search ends. */
export interface SolveLimits {
  /** Evaluations of f at most, 1 or more. */
  readonly maxSteps: number;
  /**
   * Converged where ‖f(z) − z‖ ≤ tolerance · ‖f(z)‖ and, unless z is the start, ‖f(z) − z‖ is at most half of what it
   * was at the start: where z runs away, ‖f(z)‖ grows and nothing is solved.
   */
  readonly tolerance: number;
  /** Diverged where ‖f(z) − z‖ exceeds this many times its value at the start. Default 10 000. */
  readonly divergenceFactor?: number;
}

/** What a search found, without the value: numbers to log. */
export interface SolveReport {
  /** The worst of `statuses`. */
  readonly status: SolveStatus;
  /** One a sample. */
  readonly statuses: readonly SolveStatus[];
  /** Evaluations of f; the same for all samples, which are computed together. */
  readonly numSteps: number;
  /** ‖f(z) − z‖ / ‖f(z)‖ of each sample's value; infinite where f(z₀) is not finite. */
  readonly residuals: readonly number[];
  /** Mean over the samples of ‖f(z) − z‖ / ‖f(z)‖ behind each evaluation; a sample that has ended counts as it ended. */
  readonly trace: readonly number[];
  /** How often, over all samples, a method had to forget its history because its equations had no solution. */
  readonly numRestarts: number;
}

/** What a search found. */
export interface Solution extends SolveReport {
  /** float32 [batch, size]; the caller disposes it. */
  readonly value: tf.Tensor2D;
}

/** What a method knows of the search that it makes steps for. */
export interface Search {
  readonly numSamples: number;
  /** The iterate that was evaluated last, float32 [batch, size]; not to be disposed. */
  readonly newest: tf.Tensor2D;
  /** Whether sample `i` is still looked for. */
  isRunning(i: number): boolean;
  /** Says that a sample forgot its history because its equations have no solution. */
  countRestart(): void;
}

/** One evaluation of the map at the newest iterate. */
export interface Evaluated {
  /** f(z), [batch, size]; not to be disposed. */
  readonly value: tf.Tensor2D;
  /** f(z) − z, [batch, size]; not to be disposed. */
  readonly change: tf.Tensor2D;
  /** ‖f(z) − z‖² of sample `i`. */
  readonly changeSquare: (i: number) => number;
  /** Column `j` of what `columns` gave, for sample `i`. */
  readonly column: (i: number, j: number) => number;
}

/** What a method remembers of one search. */
export interface SolverState {
  /**
   * The numbers that the next step is decided by: they come over from the device together with the norms.
   *
   * @param change f(z) − z, [batch, size]
   * @returns tensors [batch, any], side by side the columns; the caller disposes them
   */
  columns(change: tf.Tensor2D): tf.Tensor2D[];
  /** Takes in an evaluation that did not end the search. @returns the next iterate, [batch, size]; the caller disposes it */
  step(evaluated: Evaluated): tf.Tensor2D;
  /** Frees all that the method remembers. */
  dispose(): void;
}

/** A method: `init` begins a search and its state makes the steps. `solve` is the loop around it, and knows the end. */
export interface FixedPointSolver {
  readonly name: string;
  init(search: Search): SolverState;
}
