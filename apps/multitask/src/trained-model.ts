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
import { checkConfig, configSchema, type MultitaskConfig } from './config.js';
import { normalizationOf } from './data/trained-data.js';
import type { Normalization } from './data/views/normalization.js';
import { type MultitaskModel, stackedSharpNet } from './model/model.js';
import { modelOptions } from './model/model-options.js';
import { weightSourceConfig } from './model/weights.js';

/** A network as a run left it. */
export interface TrainedModel {
  readonly config: MultitaskConfig;
  readonly model: MultitaskModel;
  /** Which step it is of, and whether that was the best one, in a line. */
  readonly about: string;
  /** How it wants its images, whatever they are of. */
  readonly normalization: Normalization;
  /** What it was trained on. */
  readonly trainedData: TrainedData;
  /** Owned by the caller. */
  readonly source: WeightSource;
}

/**
 * Builds the network that `file` is a checkpoint of.
 *
 * @param keyFile holds the key of a network that was trained with one; null for none
 * @throws DataError for a file that is no checkpoint of this app, ConfigError for settings that no longer exist
 */
export async function openTrainedModel(file: string, keyFile: string | null = null): Promise<TrainedModel> {
  const { checkpoint, config, key } = await readTrainedConfig(configSchema, file, {}, [], keyFile);
  checkConfig(config);
  const model = stackedSharpNet(modelOptions(config));
  const rng = weightStream(createRng(config.seed), key); // as in train.ts: index arrays follow from it
  const source = createWeights(model.slots, weightSourceConfig(model.slots, config), rng);
  restoreState({ source }, checkpoint.tensors, checkpoint.file);
  return {
    ...{ config, model, source },
    about: describeStep(checkpoint),
    normalization: normalizationOf(checkpoint),
    trainedData: trainedDataOf(checkpoint),
  };
}
