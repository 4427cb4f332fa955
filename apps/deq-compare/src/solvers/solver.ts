// The contract of fixed-point solvers: how one starts, what a step is, when it is done, and what comes out.
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

/** One search under way. */
export interface SolverState {
  /** Evaluates `map` once, at the newest iterate, and makes the next one. To be called only until `isDone`. */
  step(map: FixedPointMap): void;
  isDone(): boolean;
  /** What was found so far; its value is the caller's. */
  solution(): Solution;
  /** Frees all that the search holds. */
  dispose(): void;
}

/** A method: `init` starts a search, its state steps until it is done. `solve` is the loop around it. */
export interface FixedPointSolver {
  readonly name: string;
  /** @param z0 float32 [batch, size]; stays the caller's */
  init(z0: tf.Tensor2D, limits: SolveLimits): SolverState;
}
