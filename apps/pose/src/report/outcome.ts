// All that the report of a run is made of.
import type { WeightSource } from 'rpg-core';
import type { LogEntry } from 'training-kit';
import type { LeftOutImage } from 'training-kit/data';
import type { PoseConfig } from '../config.js';
import type { Dataset } from '../data/dataset.js';
import type { Split } from '../data/split.js';
import type { CropSettings } from '../data/views/crop-settings.js';
import type { Evaluation } from '../evaluate.js';
import type { PoseModel } from '../model/model.js';

/** All that the report is made of. */
export interface PoseOutcome {
  readonly config: PoseConfig;
  readonly preset: string;
  readonly dataset: Dataset;
  readonly model: PoseModel;
  readonly source: WeightSource;
  readonly crop: CropSettings;
  /** As `Run.history` gives it. */
  readonly history: readonly LogEntry[];
  readonly stepsPerEpoch: number;
  /** The people of `test`: the test split, or val where joints of test are not published. */
  readonly heldOut: Split;
  readonly test: Evaluation | undefined;
  /** The people of `train`: as many of those trained on as are held out, drawn; without augmentation. */
  readonly seen: Split;
  readonly train: Evaluation;
  /** Images that could not be read when they were needed. */
  readonly leftOut: readonly LeftOutImage[];
  /** Facts of the machine and the run, by name. */
  readonly facts: Readonly<Record<string, string | number>>;
}
