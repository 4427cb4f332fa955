// Figure 7: how alike the channels of a trained network's feature maps are behind the third stage.
import * as tf from '@tensorflow/tfjs-core';
import { createRng, type Weights } from 'rpg-core';
import type { Classifier } from 'rpg-core/resnet';
import type { Measured, TrainedRun } from 'training-kit/commands';
import { shuffledIndices } from 'training-kit/data';
import type { Split } from 'training-kit/labelled-images';
import { openTrainedModel } from '../trained-model.js';
import { absoluteCorrelations, type ChannelCorrelations, sumCorrelations } from './channel-correlation.js';

/** "After residual building block 3" (section 5.5). */
const STAGE = 3;
/** The paper does not say how many images it takes. */
const MAX_IMAGES = 1000;
const BATCH_SIZE = 50;
export const NUM_BINS = 20;

/** Mean |r| over all pairs of channels, how many channels are constant, and the histogram of |r| by the middles of its bins. */
export async function measureFeatureSimilarity({ checkpoint, keyFile }: TrainedRun): Promise<Measured> {
  const { config, model, source, dataset } = await openTrainedModel(checkpoint, null, keyFile);
  const weights = source.generate();
  try {
    const drawn = shuffledIndices(dataset.test.numExamples, createRng(config.seed).fork('feature-similarity'));
    const images = dataset.test.select(drawn.subarray(0, MAX_IMAGES).sort());
    const { pairs, numConstant } = await channelCorrelations(model, weights, images);
    const { mean, histogram } = absoluteCorrelations(pairs, NUM_BINS);
    const bins = histogram.map((share, bin) => [`similarity/${((bin + 0.5) / NUM_BINS).toFixed(3)}`, share] as const);
    return { meanSimilarity: mean, constantChannels: numConstant, ...Object.fromEntries(bins) };
  } finally {
    weights.dispose();
    source.dispose();
  }
}

/** Over all images of a split and all positions of the stage's feature maps, which are of the network without training. */
async function channelCorrelations(model: Classifier, weights: Weights, images: Split): Promise<ChannelCorrelations> {
  let sums: ReturnType<typeof sumCorrelations> | undefined;
  for await (const batch of images.evalBatches({ batchSize: BATCH_SIZE })) {
    const maps = tf.tidy(() =>
      model.featureMaps(weights, tf.tensor4d(batch.images, [batch.numExamples, ...batch.imageShape]), { stage: STAGE }),
    ); // [batch, height, width, channels]
    sums ??= sumCorrelations(maps.shape[3]);
    sums.add(maps.dataSync<'float32'>());
    maps.dispose();
  }
  if (sums === undefined) throw new RangeError('There are no images, so that channels have no correlation.');
  return sums.correlations();
}
