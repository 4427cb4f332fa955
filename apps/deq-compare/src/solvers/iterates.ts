// The course of one search, whatever the method: the newest and the best iterate of each sample, residuals, and how each
// sample ends.
import * as tf from '@tensorflow/tfjs-core';
import { type Search, type Solution, type SolveLimits, type SolveStatus, solveStatuses } from './solver.js';

const DEFAULT_DIVERGENCE_FACTOR = 1e4;

/** So that f(z) = 0 has a residual as well. */
const SMALLEST_NORM = 1e-9;

/** The iterates of one search. */
export class Iterates implements Search {
  readonly numSamples: number;
  readonly #limits: SolveLimits;
  readonly #ends: (SolveStatus | undefined)[];
  readonly #startNorms: Float64Array;
  readonly #bestNorms: Float64Array;
  readonly #residuals: Float64Array;
  readonly #trace: number[] = [];
  #numRestarts = 0;
  #newest: tf.Tensor2D;
  #best: tf.Tensor2D;

  constructor(z0: tf.Tensor2D, limits: SolveLimits) {
    checkArguments(z0, limits);
    this.numSamples = z0.shape[0];
    this.#limits = limits;
    this.#ends = Array.from({ length: this.numSamples }, () => undefined);
    this.#startNorms = new Float64Array(this.numSamples);
    this.#bestNorms = new Float64Array(this.numSamples).fill(Infinity);
    this.#residuals = new Float64Array(this.numSamples).fill(Infinity);
    this.#newest = tf.clone(z0);
    this.#best = tf.clone(z0);
  }

  /** [batch, size]; belongs to this object. */
  get newest(): tf.Tensor2D {
    return this.#newest;
  }

  get numSteps(): number {
    return this.#trace.length;
  }

  /** Whether sample `i` is still looked for. */
  isRunning(i: number): boolean {
    return this.#ends[i] === undefined;
  }

  isDone(): boolean {
    return this.numSteps >= this.#limits.maxSteps || this.#ends.every((end) => end !== undefined);
  }

  /**
   * Takes note of one evaluation at the newest iterate.
   *
   * @param changeSquares ‖f(z) − z‖² of sample i
   * @param valueSquares ‖f(z)‖² of sample i
   */
  observe(changeSquares: (i: number) => number, valueSquares: (i: number) => number): void {
    const isFirst = this.numSteps === 0;
    const improved: boolean[] = [];
    for (let i = 0; i < this.numSamples; i++) {
      improved.push(this.isRunning(i) && this.#judge(i, { isFirst, change: changeSquares(i), value: valueSquares(i) }));
    }
    this.#keepBest(improved);
    this.#trace.push(this.#residuals.reduce((sum, residual) => sum + residual, 0) / this.numSamples);
  }

  /** Takes `z` as the newest iterate, and owns it. */
  advance(z: tf.Tensor2D): void {
    this.#newest.dispose();
    this.#newest = z;
  }

  countRestart(): void {
    this.#numRestarts++;
  }

  solution(): Solution {
    const statuses = this.#ends.map((end) => end ?? 'out-of-steps');
    return {
      value: tf.clone(this.#best),
      status: solveStatuses.findLast((status) => statuses.includes(status))!,
      statuses,
      numSteps: this.numSteps,
      residuals: [...this.#residuals],
      trace: [...this.#trace],
      numRestarts: this.#numRestarts,
    };
  }

  dispose(): void {
    tf.dispose([this.#newest, this.#best]);
  }

  /** @returns whether the newest iterate is the best of sample `i` */
  #judge(i: number, evaluation: { isFirst: boolean; change: number; value: number }): boolean {
    const norm = Math.sqrt(evaluation.change);
    const valueNorm = Math.sqrt(evaluation.value);
    if (!Number.isFinite(norm) || !Number.isFinite(valueNorm)) {
      this.#ends[i] = 'not-finite';
      return false;
    }
    if (evaluation.isFirst) this.#startNorms[i] = norm;
    const startNorm = this.#startNorms[i]!;
    const hasConverged =
      norm <= this.#limits.tolerance * Math.max(valueNorm, SMALLEST_NORM) &&
      (evaluation.isFirst || norm <= startNorm / 2);
    if (hasConverged) this.#ends[i] = 'converged';
    else if (norm > startNorm * (this.#limits.divergenceFactor ?? DEFAULT_DIVERGENCE_FACTOR)) {
      this.#ends[i] = 'diverged';
    }
    const isBest = hasConverged || norm < this.#bestNorms[i]!;
    if (isBest) {
      this.#bestNorms[i] = norm;
      this.#residuals[i] = norm / Math.max(valueNorm, SMALLEST_NORM);
    }
    return isBest;
  }

  #keepBest(improved: readonly boolean[]): void {
    if (!improved.includes(true)) return;
    const best = improved.includes(false)
      ? tf.tidy(() =>
          tf.where(tf.tensor2d(improved.map(Number), [this.numSamples, 1], 'bool'), this.#newest, this.#best),
        )
      : tf.clone(this.#newest);
    this.#best.dispose();
    this.#best = best;
  }
}

/** For callers without types as well. */
function checkArguments(
  z0: tf.Tensor,
  { maxSteps, tolerance, divergenceFactor = DEFAULT_DIVERGENCE_FACTOR }: SolveLimits,
): void {
  if (z0.rank !== 2 || z0.dtype !== 'float32') {
    throw new RangeError(`z0 is ${z0.dtype} [${z0.shape.join(', ')}], expected float32 [batch, size]; reshape it.`);
  }
  if (!Number.isInteger(maxSteps) || maxSteps < 1) {
    throw new RangeError(`maxSteps is ${maxSteps}, expected an integer of 1 or more.`);
  }
  if (!(tolerance > 0) || !Number.isFinite(tolerance)) {
    throw new RangeError(`tolerance is ${tolerance}, expected a number above 0, such as 1e-3.`);
  }
  if (!(divergenceFactor > 1)) {
    throw new RangeError(`divergenceFactor is ${divergenceFactor}, expected a number above 1.`);
  }
}
