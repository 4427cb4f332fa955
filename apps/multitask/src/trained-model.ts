// Opens a checkpoint: the config of its run, and the network with the trained numbers.
import { describeStep, readTrainedConfig, restoreState, type TrainedData, trainedDataOf } from 'training-kit';
import { checkConfig, configSchema, type MultitaskConfig } from './config.js';
import { normalizationOf } from './data/trained-data.js';
import type { Normalization } from './data/views/normalization.js';
import { buildNetwork, type Network } from './model/network.js';

/** A network as a run left it. */
export interface TrainedModel extends Network {
  readonly config: MultitaskConfig;
  /** Which step it is of, and whether that was the best one, in a line. */
  readonly about: string;
  /** How it wants its images, whatever they are of. */
  readonly normalization: Normalization;
  /** What it was trained on. */
  readonly trainedData: TrainedData;
}

/**
 * Builds the network that `file` is a checkpoint of; the caller disposes its source.
 *
 * @param keyFile holds the key of a network that was trained with one; null for none
 * @throws DataError for a file that is no checkpoint of this app, ConfigError for settings that no longer exist
 */
export async function openTrainedModel(file: string, keyFile: string | null = null): Promise<TrainedModel> {
  const { checkpoint, config, key } = await readTrainedConfig(configSchema, file, {}, [], keyFile);
  checkConfig(config);
  const { model, source } = buildNetwork(config, { key });
  restoreState({ source }, checkpoint.tensors, checkpoint.file);
  return {
    ...{ config, model, source },
    about: describeStep(checkpoint),
    normalization: normalizationOf(checkpoint),
    trainedData: trainedDataOf(checkpoint),
  };
}
