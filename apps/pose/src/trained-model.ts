// A checkpoint as what it is of: its config, and the network with its trained numbers.
import { createRng, type WeightSource } from 'rpg-core';
import {
  createWeights,
  describeStep,
  readTrainedConfig,
  restoreState,
  type TrainedData,
  trainedDataOf,
  weightStream,
} from 'training-kit';
import { checkConfig, configSchema, type PoseConfig } from './config.js';
import { type PoseModel, stackedHourglass } from './model/model.js';
import { modelOptions } from './model/model-options.js';
import { weightSourceConfig } from './model/weights.js';
import { effects } from './setting-effects.js';

/** A network as a run left it. */
export interface TrainedModel {
  readonly config: PoseConfig;
  readonly model: PoseModel;
  /** Which step it is of, and whether that was the best one, in a line. */
  readonly about: string;
  /** What it was trained on, to be compared with the people that it is to judge. */
  readonly trainedData: TrainedData;
  /** Owned by the caller. */
  readonly source: WeightSource;
}

/**
 * Builds the network that `file` is a checkpoint of.
 *
 * @param overrides settings to change, such as where the data lies now; those that are null keep the run's
 * @param keyFile holds the key of a network that was trained with one; null for none
 * @throws DataError for a file that is no checkpoint of this app, ConfigError for settings that no longer exist
 */
export async function openTrainedModel(
  file: string,
  overrides: Readonly<Record<string, unknown>> = {},
  keyFile: string | null = null,
): Promise<TrainedModel> {
  const { checkpoint, config, key } = await readTrainedConfig(configSchema, file, overrides, effects, keyFile);
  checkConfig(config);
  const model = stackedHourglass(modelOptions(config));
  const rng = weightStream(createRng(config.seed), key); // as in train.ts: index arrays follow from it
  const source = createWeights(model.slots, weightSourceConfig(model.slots, config), rng);
  restoreState({ source }, checkpoint.tensors, checkpoint.file);
  return { about: describeStep(checkpoint), trainedData: trainedDataOf(checkpoint), config, model, source };
}
