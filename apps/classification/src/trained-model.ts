// Opens a checkpoint: the config and the data of its run, and the network with the trained numbers.
import { checkData, describeStep, type Key, readTrainedConfig, restoreState, trainedDataOf } from 'training-kit';
import { imageSetData } from 'training-kit/labelled-images';
import { checkConfig, type ClassificationConfig, configSchema } from './config.js';
import { type Dataset, openDataset } from './data/dataset.js';
import { buildNetwork, type Network } from './model/network.js';
import { effects } from './setting-effects.js';

/** A network as a run left it. */
export interface TrainedModel extends Network {
  readonly config: ClassificationConfig;
  readonly dataset: Dataset;
  /** Which step it is of, and whether that was the best one, in a line. */
  readonly about: string;
  /** That its weights are drawn from; undefined where they follow from the seed. */
  readonly key: Key | undefined;
}

/**
 * Builds the network that `file` is a checkpoint of; the caller disposes its source.
 *
 * @param data folder of the data; null for the one that the run was trained on
 * @param keyFile holds the key of a network that was trained with one; null for none
 * @throws DataError for a file that is no checkpoint of this app and for other classes than those it was trained on,
 *   ConfigError for settings that no longer exist
 */
export async function openTrainedModel(
  file: string,
  data: string | null,
  keyFile: string | null,
): Promise<TrainedModel> {
  const { checkpoint, config, key } = await readTrainedConfig(configSchema, file, { data }, effects, keyFile);
  checkConfig(config);
  const note = (line: string): void => {
    console.log(line);
  };
  const trainedData = trainedDataOf(checkpoint);
  const dataset = await openDataset(config, note, trainedData);
  await checkData(trainedData, imageSetData(dataset), { refusal: `Cannot use ${file}`, note });
  const { model, source } = buildNetwork(config, { numClasses: dataset.numClasses, key });
  restoreState({ source }, checkpoint.tensors, checkpoint.file);
  return { about: describeStep(checkpoint), config, key, dataset, model, source };
}
