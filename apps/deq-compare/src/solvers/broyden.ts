// Broyden's ("good") method with limited memory, for each sample on its own.
//
// g(z) = f(z) − z is to become 0. The first guess of its Jacobian is −I, so that the first step is z₁ = f(z₀). With full
// steps the method's whole memory is its own steps s₀ … sₙ (Kelley, Iterative Methods for Linear and Nonlinear
// Equations, 1995, section 7.3): half of what the usual pairs of vectors take, and two passes over them a step. The inner
// products and the recurrence over them are small and run here, in 64 bits, on numbers that come over once a step.
import * as tf from '@tensorflow/tfjs-core';
import { PairProducts } from './pair-products.js';
import { RowStore, squaredNorms } from './row-store.js';
import type { Evaluated, FixedPointSolver, Search, SolverState } from './solver.js';

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
  return { name: 'broyden', init: (search) => new BroydenState(search, memory) };
}

class BroydenState implements SolverState {
  readonly #memory: number;
  readonly #search: Search;
  readonly #steps = new RowStore({ isMerged: true });
  readonly #products = new PairProducts();
  /** The first row each sample still remembers. */
  readonly #firstRows: Int32Array;
  /** ⟨newest step, step j⟩ of each sample for all before it; its own square is read with the next evaluation. */
  #newestProducts: Float64Array[] = [];
  /** ‖newest step‖², [batch, 1]. */
  #newestSquare: tf.Tensor2D | undefined;

  constructor(search: Search, memory: number) {
    this.#search = search;
    this.#memory = memory;
    this.#firstRows = new Int32Array(search.numSamples);
  }

  /** ‖newest step‖², then ⟨change, step j⟩, oldest first. */
  columns(change: tf.Tensor2D): tf.Tensor2D[] {
    const newestSquare = this.#newestSquare ?? tf.zeros([this.#search.numSamples, 1]);
    this.#newestSquare = undefined; // the caller's from here on
    return [newestSquare, ...this.#steps.dots(change)];
  }

  step(evaluated: Evaluated): tf.Tensor2D {
    this.#rememberNewest(evaluated);
    return this.#next(evaluated);
  }

  dispose(): void {
    this.#steps.clear();
    this.#newestSquare?.dispose();
  }

  #rememberNewest({ column }: Evaluated): void {
    if (this.#steps.numRows === 0) return;
    const squares = Float64Array.from({ length: this.#search.numSamples }, (_, i) => column(i, 0));
    this.#products.append([...this.#newestProducts, squares]);
  }

  /** Where the next step, s = scale·g + Σ cⱼ·sⱼ, leads to. */
  #next({ change, column }: Evaluated): tf.Tensor2D {
    const { numSamples, newest } = this.#search;
    const isFull = this.#steps.numRows >= this.#memory;
    if (isFull) this.#forgetAll();
    const numRows = this.#steps.numRows;
    const scales = new Float32Array(numSamples);
    const coefficients: ArrayLike<number>[] = [];
    const products = Array.from({ length: numRows }, () => new Float64Array(numSamples));
    for (let i = 0; i < numSamples; i++) {
      if (!this.#search.isRunning(i)) {
        coefficients.push(new Float64Array(numRows)); // stays where it is: scale 0
        continue;
      }
      const known = { table: this.#products, sample: i, numRows, project: (j: number) => column(i, 1 + j) };
      let next = nextStep(known, this.#firstRows[i]!);
      if (next === undefined) {
        this.#search.countRestart();
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
    const next = tf.add<tf.Tensor2D>(newest, step);
    step.dispose();
    return next;
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
