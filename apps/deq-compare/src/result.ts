// What stays of a finished training beside its report: what `compare` sets side by side.
import type { ParameterCounts } from 'rpg-core';
import type { SolveSummary } from './solve-log.js';

/** Plain data. */
export interface TrainingResult {
  /** Updates made. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly parameters: ParameterCounts;
  /** Read once, at the end. */
  readonly test: {
    readonly numExamples: number;
    /** Nats. */
    readonly loss: number;
    readonly top1: number;
    readonly top5: number;
  };
  /** The searches on test; null for a network that searches nothing. */
  readonly solves: SolveSummary | null;
}
