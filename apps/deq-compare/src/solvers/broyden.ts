// Broyden's ("good") method with limited memory, for each sample on its own.
//
// g(z) = f(z) − z is to become 0. The first guess of its Jacobian is −I, so that the first step is z₁ = f(z₀). With full
// steps the method's whole memory is its own steps s₀ … sₙ (Kelley, Iterative Methods for Linear and Nonlinear
// Equations, 1995, section 7.3): half of what the usual pairs of vectors take, and two passes over them a step. The inner
// products and the recurrence over them are small and run here, in 64 bits, on numbers that come over once a step.
import * as tf from '@tensorflow/tfjs-core';
import { Iterates } from './iterates.js';
import { PairProducts } from './pair-products.js';
import { evaluate, type Readings, readTogether } from './readings.js';
import { RowStore, squaredNorms } from './row-store.js';
import type { FixedPointMap, FixedPointSolver, SolveLimits, SolverState } from './solver.js';

/** Settings of Broyden's method. */
export interface BroydenOptions {
  /** Steps remembered; when there are more, all are forgotten. Default 32. */
  readonly memory?: number;
}

/** Where 1 − β, which the step is divided by, is smaller, the update of the Jacobian is singular. */
const SMALLEST_DENOMINATOR = 1e-5;

/** @throws RangeError for a memory below 1 */
export function broyden({ memory = 32 }: BroydenOptions = {}): FixedPointSolver {
  if (!Number.isInteger(memory) || memory < 1) {
    throw new RangeError(`broyden: memory is ${memory}, expected an integer of 1 or more.`);
  }
  return { name: 'broyden', init: (z0, limits) => new BroydenState(z0, limits, memory) };
}

class BroydenState implements SolverState {
  readonly #memory: number;
  readonly #iterates: Iterates;
  readonly #steps = new RowStore({ isMerged: true });
  readonly #products = new PairProducts();
  /** The first row each sample still remembers. */
  readonly #firstRows: Int32Array;
  /** ⟨newest step, step j⟩ of each sample for all before it; its own square is read with the next evaluation. */
  #newestProducts: Float64Array[] = [];
  /** ‖newest step‖², [batch, 1]. */
  #newestSquare: tf.Tensor2D | undefined;

  constructor(z0: tf.Tensor2D, limits: SolveLimits, memory: number) {
    this.#memory = memory;
    this.#iterates = new Iterates(z0, limits);
    this.#firstRows = new Int32Array(this.#iterates.numSamples);
  }

  step(map: FixedPointMap): void {
    const iterates = this.#iterates;
    const { value, change } = evaluate(map, iterates.newest);
    const readings = readTogether([
      squaredNorms(change),
      squaredNorms(value),
      this.#newestSquare ?? tf.zeros([iterates.numSamples, 1]),
      ...this.#steps.dots(change),
    ]);
    value.dispose();
    this.#newestSquare = undefined;
    iterates.observe(
      (i) => readings.at(i, 0),
      (i) => readings.at(i, 1),
    );
    this.#rememberNewest(readings);
    if (!iterates.isDone()) this.#advance(change, readings);
    change.dispose();
  }

  isDone(): boolean {
    return this.#iterates.isDone();
  }

  solution() {
    return this.#iterates.solution();
  }

  dispose(): void {
    this.#iterates.dispose();
    this.#steps.clear();
    this.#newestSquare?.dispose();
  }

  #rememberNewest(readings: Readings): void {
    if (this.#steps.numRows === 0) return;
    const squares = Float64Array.from({ length: this.#iterates.numSamples }, (_, i) => readings.at(i, 2));
    this.#products.append([...this.#newestProducts, squares]);
  }

  /** Makes the next step, s = scale·g + Σ cⱼ·sⱼ, and goes there. */
  #advance(change: tf.Tensor2D, readings: Readings): void {
    const { numSamples } = this.#iterates;
    const isFull = this.#steps.numRows >= this.#memory;
    if (isFull) this.#forgetAll();
    const numRows = this.#steps.numRows;
    const scales = new Float32Array(numSamples);
    const coefficients: ArrayLike<number>[] = [];
    const products = Array.from({ length: numRows }, () => new Float64Array(numSamples));
    for (let i = 0; i < numSamples; i++) {
      if (!this.#iterates.isRunning(i)) {
        coefficients.push(new Float64Array(numRows)); // stays where it is: scale 0
        continue;
      }
      const known = { table: this.#products, sample: i, numRows, project: (j: number) => readings.at(i, 3 + j) };
      let next = nextStep(known, this.#firstRows[i]!);
      if (next === undefined) {
        this.#iterates.countRestart();
        this.#firstRows[i] = numRows;
        next = plainStep(numRows);
      }
      scales[i] = next.scale;
      coefficients.push(next.coefficients);
      for (let j = this.#firstRows[i]!; j < numRows; j++) products[j]![i] = productWithNext(known, next, j);
    }
    const step = tf.tidy(() => {
      const own = tf.mul<tf.Tensor2D>(change, tf.tensor2d(scales, [numSamples, 1]));
      return tf.addN([own, ...this.#steps.weigh(coefficients)]);
    });
    this.#steps.append(step);
    this.#newestSquare = squaredNorms(step);
    this.#newestProducts = products;
    this.#iterates.advance(tf.add<tf.Tensor2D>(this.#iterates.newest, step));
    step.dispose();
  }

  #forgetAll(): void {
    this.#steps.clear();
    this.#products.clear();
    this.#firstRows.fill(0);
  }
}

/** What is known of one sample. */
interface SampleProducts {
  readonly table: PairProducts;
  readonly sample: number;
  readonly numRows: number;
  /** ⟨g, step j⟩ */
  readonly project: (j: number) => number;
}

interface NextStep {
  readonly scale: number;
  readonly coefficients: Float64Array;
}

/**
 * w₀ = g; wⱼ₊₁ = wⱼ + αⱼ·sⱼ₊₁ with αⱼ = ⟨sⱼ, wⱼ⟩ / ‖sⱼ‖²; the step is wₙ / (1 − β) with β = ⟨sₙ, wₙ⟩ / ‖sₙ‖². As every
 * w is g plus steps, inner products are all that is needed.
 *
 * @param firstRow earlier steps are forgotten
 * @returns undefined when the update is singular
 */
function nextStep({ table, sample, numRows, project }: SampleProducts, firstRow: number): NextStep | undefined {
  const coefficients = new Float64Array(numRows);
  let denominator = 1;
  for (let j = firstRow; j < numRows; j++) {
    let product = project(j);
    for (let i = firstRow; i < j; i++) product += coefficients[i + 1]! * table.at(j, i + 1, sample);
    const alpha = product / table.at(j, j, sample);
    if (!Number.isFinite(alpha)) return undefined;
    if (j < numRows - 1) coefficients[j + 1] = alpha;
    else denominator = 1 - alpha;
  }
  if (Math.abs(denominator) < SMALLEST_DENOMINATOR) return undefined;
  return { scale: 1 / denominator, coefficients: coefficients.map((alpha) => alpha / denominator) };
}

/** The first step of a search: s = g. */
function plainStep(numRows: number): NextStep {
  return { scale: 1, coefficients: new Float64Array(numRows) };
}

/** ⟨next step, step j⟩ */
function productWithNext({ table, sample, numRows, project }: SampleProducts, next: NextStep, j: number): number {
  let product = next.scale * project(j);
  for (let i = 0; i < numRows; i++) {
    const coefficient = next.coefficients[i]!;
    if (coefficient !== 0) product += coefficient * table.at(i, j, sample);
  }
  return product;
}
