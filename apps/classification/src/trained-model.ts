// A checkpoint as what it is of: its config, its data, and the network with its trained numbers.
import { createRng, type WeightSource } from 'rpg-core';
import { type Classifier, resnet } from 'rpg-core/resnet';
import {
  checkData,
  createWeights,
  describeStep,
  type Key,
  readTrainedConfig,
  restoreState,
  trainedDataOf,
  weightStream,
} from 'training-kit';
import { imageSetData } from 'training-kit/labelled-images';
import { checkConfig, type ClassificationConfig, configSchema } from './config.js';
import { type Dataset, openDataset } from './data/dataset.js';
import { modelOptions } from './model/model-options.js';
import { weightSourceConfig } from './model/weights.js';
import { effects } from './setting-effects.js';

/** A network as a run left it. */
export interface TrainedModel {
  readonly config: ClassificationConfig;
  readonly dataset: Dataset;
  readonly model: Classifier;
  /** Which step it is of, and whether that was the best one, in a line. */
  readonly about: string;
  /** That its weights are drawn from; undefined where they follow from the seed. */
  readonly key: Key | undefined;
  /** Owned by the caller. */
  readonly source: WeightSource;
}

/**
 * Builds the network that `file` is a checkpoint of.
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
  const model = resnet(modelOptions(config, dataset.numClasses));
  const rng = weightStream(createRng(config.seed), key); // as in train.ts: index arrays follow from it
  const source = createWeights(model.slots, weightSourceConfig(config), rng);
  restoreState({ source }, checkpoint.tensors, checkpoint.file);
  return { about: describeStep(checkpoint), config, key, dataset, model, source };
}
