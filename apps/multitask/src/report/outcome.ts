// All that the report of a run is made of.
import type { WeightSource } from 'rpg-core';
import type { LogEntry } from 'training-kit';
import type { MultitaskConfig } from '../config.js';
import type { Dataset } from '../data/dataset.js';
import type { InputSettings } from '../data/views/input-settings.js';
import type { Evaluation } from '../evaluate.js';
import type { MultitaskErrors } from '../metrics/metrics.js';
import type { MultitaskModel } from '../model/model.js';

/** All that the report is made of. */
export interface MultitaskOutcome {
  readonly config: MultitaskConfig;
  readonly preset: string;
  readonly dataset: Dataset;
  readonly input: InputSettings;
  readonly model: MultitaskModel;
  readonly source: WeightSource;
  /** As `Run.history` gives it. */
  readonly history: readonly LogEntry[];
  readonly stepsPerEpoch: number;
  readonly test: Evaluation;
  /** Of the best constant of train, on test. */
  readonly constant: MultitaskErrors;
  /** Facts of the machine and the run, by name. */
  readonly facts: Readonly<Record<string, string | number>>;
}
