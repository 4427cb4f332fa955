// What a comparison knows of each of its networks when all are trained.
import type { LogEntry } from 'training-kit';
import type { DeqConfig } from '../config.js';
import type { TrainingResult } from './result.js';

/** A network of the comparison, trained. */
export interface FinishedMember {
  readonly name: string;
  readonly config: DeqConfig;
  readonly result: TrainingResult;
  /** As `Run.history` gives it. */
  readonly history: readonly LogEntry[];
  /** Of its run. */
  readonly folder: string;
}
