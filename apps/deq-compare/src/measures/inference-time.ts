// Table 1's third row: how long a trained network takes for an image; and how long an epoch of its training took.
import * as tf from '@tensorflow/tfjs-core';
import { checkData } from 'training-kit';
import type { Measured, TrainedRun } from 'training-kit/commands';
import { imageSetData } from 'training-kit/labelled-images';
import { firstImages, inferenceTimes } from '../comparison/inference-times.js';
import { openDataset } from '../data/dataset.js';
import { openTrainedModel } from '../trained-model.js';

/** As `compare` times networks, with as many images at once as there are most. */
const BATCH_SIZE = 128;
const NUM_ROUNDS = 10;

/**
 * Milliseconds an image, `imageMs`, the median of ten passes; `evaluations` of the block that a search took, where the network
 * searches; `epochSeconds` of its training, where the log tells.
 */
export async function measureInferenceTime({
  checkpoint,
  keyFile,
  secondsTrained,
  note,
}: TrainedRun): Promise<Measured> {
  const { config, model, source, trainedData } = await openTrainedModel(checkpoint, {}, keyFile);
  const weights = source.generate(); // before the clock starts
  try {
    const dataset = await openDataset(config);
    await checkData(trainedData, imageSetData(dataset), { refusal: `Cannot use ${checkpoint}`, note });
    const { imageShape } = dataset;
    const images = await firstImages(dataset.test, BATCH_SIZE);
    const [times] = inferenceTimes([{ name: 'network', model, weights }], {
      batchSizes: [BATCH_SIZE],
      numRounds: NUM_ROUNDS,
      imageShape,
      imagesOf: () => tf.tensor4d(images, [BATCH_SIZE, ...imageShape]),
    });
    const { perImage, numSteps } = times!;
    return {
      imageMs: perImage.median,
      ...(numSteps === undefined ? {} : { evaluations: numSteps }),
      ...(secondsTrained === undefined ? {} : { epochSeconds: secondsTrained / config.numEpochs }),
    };
  } finally {
    weights.dispose();
    source.dispose();
  }
}
