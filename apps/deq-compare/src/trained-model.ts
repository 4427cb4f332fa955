// Opens a checkpoint: the config of its run, and the network with the trained numbers.
import { describeStep, readTrainedConfig, restoreState, type TrainedData, trainedDataOf } from 'training-kit';
import { checkConfig, configSchema, type DeqConfig } from './config.js';
import { datasetFacts } from './data/dataset.js';
import { buildNetwork, type Network } from './model/network.js';
import { effects } from './setting-effects.js';

/** A network as a run left it. */
export interface TrainedModel extends Network {
  readonly config: DeqConfig;
  /** What it was trained on, to be compared with the data that it is to judge. */
  readonly trainedData: TrainedData;
  /** Which step it is of, and whether that was the best one, in a line. */
  readonly about: string;
}

/**
 * Builds the network that `file` is a checkpoint of; the caller disposes its source.
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
  const { numClasses } = datasetFacts[config.dataset];
  const { model, source } = buildNetwork(config, { numClasses, key });
  restoreState({ source }, checkpoint.tensors, checkpoint.file);
  return { about: describeStep(checkpoint), config, model, source, trainedData: trainedDataOf(checkpoint) };
}
