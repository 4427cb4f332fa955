// A short training with the recipe of a run: what somebody can do who has few images.
import * as tf from '@tensorflow/tfjs-core';
import type { Rng, WeightSource } from 'rpg-core';
import type { Classifier } from 'rpg-core/resnet';
import { optimizerOf, scheduleOf, trainingSteps, trainStep } from 'training-kit';
import type { Split } from 'training-kit/labelled-images';
import type { ClassificationConfig } from '../config.js';
import { classificationLoss } from '../loss.js';

/**
 * Trains all numbers of `source` for `numEpochs` passes over `images`: optimizer, rate, batch and augmentation of the run, the
 * rate rising for one pass and falling along half a cosine to 0 after it.
 *
 * @param rng decides the batches
 * @returns the number of steps
 * @throws RangeError when the loss is no longer finite
 */
export async function trainBriefly(
  { model, source }: { readonly model: Classifier; readonly source: WeightSource },
  images: Split,
  { config, numEpochs, rng }: { readonly config: ClassificationConfig; readonly numEpochs: number; readonly rng: Rng },
): Promise<number> {
  const batchSize = Math.min(config.batchSize, images.numExamples);
  const brief = { ...config, batchSize, numEpochs, warmUpEpochs: 1, schedule: 'cosine' } as const;
  const { numSteps, stepsPerEpoch } = trainingSteps(images.numExamples, brief);
  const rateAt = scheduleOf(brief, stepsPerEpoch);
  const optimizer = optimizerOf(brief, source);
  try {
    const order = { lastBatch: 'drop', batchSize, rng, fromStep: 0, toStep: numSteps } as const;
    for await (const batch of images.trainBatches(order)) {
      const inputs = {
        images: tf.tensor4d(batch.images, [batch.numExamples, ...batch.imageShape]),
        labels: tf.tensor1d(batch.labels, 'int32'),
      };
      const { loss } = trainStep({
        trainables: source.trainables,
        optimizer,
        loss: () => classificationLoss(model, source.generate(model.precision), inputs),
        learningRate: rateAt(batch.step),
      });
      tf.dispose([inputs.images, inputs.labels]);
      if (!Number.isFinite(loss))
        throw new RangeError(`The loss of step ${batch.step} is ${loss}; lower the learning rate.`);
    }
  } finally {
    optimizer.dispose();
  }
  return numSteps;
}
