// Anderson's mixing (type II), for each sample on its own: the next iterate is the mixture of the latest f(zᵢ) whose
// changes f(zᵢ) − zᵢ cancel best.
import * as tf from '@tensorflow/tfjs-core';
import { mixingWeights } from './mixing.js';
import { PairProducts } from './pair-products.js';
import { RowStore } from './row-store.js';
import type { Evaluated, FixedPointSolver, Search, SolverState } from './solver.js';

/** Settings of Anderson's method. */
export interface AndersonOptions {
  /** Iterates mixed, 1 or more; 1 is the plain iteration z ← f(z). Default 6, as the public code of deep equilibria. */
  readonly memory?: number;
  /**
   * Keeps the weights small, 0 or more: a share of the newest ‖f(z) − z‖², so that the scale of the problem does not
   * matter. Default 1e-4. The public code adds 1e-4 itself, which swamps all but the first iterates.
   */
  readonly ridge?: number;
  /** β: share of the change that is taken, in (0, 1]. Default 1. */
  readonly mixing?: number;
}

/** @throws RangeError for settings out of range */
export function anderson({ memory = 6, ridge = 1e-4, mixing = 1 }: AndersonOptions = {}): FixedPointSolver {
  if (!Number.isInteger(memory) || memory < 1) {
    throw new RangeError(`anderson: memory is ${memory}, expected an integer of 1 or more.`);
  }
  if (!(ridge >= 0) || !Number.isFinite(ridge)) {
    throw new RangeError(`anderson: ridge is ${ridge}, expected a number of 0 or more.`);
  }
  if (!(mixing > 0 && mixing <= 1)) {
    throw new RangeError(`anderson: mixing is ${mixing}, expected a number above 0 and not above 1.`);
  }
  return { name: 'anderson', init: (search) => new AndersonState(search, { memory, ridge, mixing }) };
}

class AndersonState implements SolverState {
  readonly #options: Required<AndersonOptions>;
  readonly #search: Search;
  readonly #values = new RowStore({ isMerged: false });
  readonly #changes = new RowStore({ isMerged: false });
  readonly #products = new PairProducts();

  constructor(search: Search, options: Required<AndersonOptions>) {
    this.#search = search;
    this.#options = options;
  }

  /** ⟨change, earlier change j⟩, oldest first. */
  columns(change: tf.Tensor2D): tf.Tensor2D[] {
    return this.#changes.dots(change);
  }

  step(evaluated: Evaluated): tf.Tensor2D {
    this.#remember(evaluated);
    return this.#mixture();
  }

  dispose(): void {
    this.#values.clear();
    this.#changes.clear();
  }

  #remember({ value, change, changeSquare, column }: Evaluated): void {
    const ofSamples = (read: (i: number) => number): Float64Array =>
      Float64Array.from({ length: this.#search.numSamples }, (_, i) => read(i));
    const earlier = Array.from({ length: this.#changes.numRows }, (_, j) => ofSamples((i) => column(i, j)));
    this.#products.append([...earlier, ofSamples(changeSquare)]);
    this.#values.append(value);
    this.#changes.append(change);
    if (this.#changes.numRows <= this.#options.memory) return;
    this.#products.dropOldest();
    this.#values.dropOldest();
    this.#changes.dropOldest();
  }

  #mixture(): tf.Tensor2D {
    const { mixing } = this.#options;
    const weights = Array.from({ length: this.#search.numSamples }, (_, i) => this.#weightsOf(i));
    return tf.tidy(() => {
      const parts = this.#values.weigh(weights);
      if (mixing === 1) return tf.addN(parts);
      // zᵢ + β·gᵢ = f(zᵢ) − (1 − β)·gᵢ
      const held = weights.map((ofSample) => ofSample.map((weight) => (mixing - 1) * weight));
      return tf.addN([...parts, ...this.#changes.weigh(held)]);
    });
  }

  /** Of the rows, oldest first. A sample whose equations are singular goes on from its newest value alone. */
  #weightsOf(sample: number): Float64Array {
    const numRows = this.#products.numRows;
    const newestOnly = new Float64Array(numRows);
    newestOnly[numRows - 1] = 1;
    if (!this.#search.isRunning(sample)) return newestOnly;
    const product = (i: number, j: number): number => this.#products.at(i, j, sample);
    const ridge = this.#options.ridge * product(numRows - 1, numRows - 1);
    const weights = mixingWeights(numRows, product, ridge);
    if (weights !== undefined) return weights;
    this.#search.countRestart();
    return newestOnly;
  }
}
