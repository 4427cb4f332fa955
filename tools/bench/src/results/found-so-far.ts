// What a run has found out so far, as a result that can be written at any time.
import type { Measured } from '../measure.js';
import type { Comparison } from '../workers/workload.js';
import { type BenchResult, type ResultCurve, type ResultTable, tableOf } from './result.js';

/** What stands before the first measurement. */
export type Conditions = Omit<BenchResult, 'facts' | 'tables' | 'curves' | 'leftOut' | 'isComplete'>;

/** Grows with each finished comparison. */
export class FoundSoFar {
  readonly tables: ResultTable[] = [];
  readonly curves: ResultCurve[] = [];
  readonly leftOut: BenchResult['leftOut'][number][] = [];
  readonly #conditions: Conditions;
  readonly #facts: Record<string, BenchResult['facts'][string]> = {};

  constructor(conditions: Conditions) {
    this.#conditions = conditions;
  }

  /** Keeps who was left out, and the sides' facts. @returns the table; undefined when nobody could run */
  add(title: string, comparison: Comparison, { measurements, leftOut }: Measured): ResultTable | undefined {
    this.leftOut.push(...leftOut.map((each) => ({ ...each, comparison: title })));
    for (const { contestant, facts } of measurements) this.#facts[contestant.side] = facts;
    return measurements.length === 0 ? undefined : tableOf(comparison, measurements);
  }

  get isEmpty(): boolean {
    return this.tables.length === 0 && this.curves.length === 0;
  }

  result(isComplete: boolean): BenchResult {
    const { tables, curves, leftOut } = this;
    return { ...this.#conditions, facts: this.#facts, tables, curves, leftOut, isComplete };
  }
}
