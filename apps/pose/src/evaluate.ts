// Predictions for a whole split, held against its joints in every definition of PCKh; each person counts once.
import * as tf from '@tensorflow/tfjs-core';
import type { Weights, WeightSource } from 'rpg-core';
import { type InterruptRequest, MetricSums, untilInterrupted } from 'training-kit';
import type { LeftOutImages } from 'training-kit/data';
import { type EvalBatch, evalBatches } from './data/batches/batches.js';
import { numJoints } from './data/joints.js';
import type { Split } from './data/split.js';
import { applyAffine, boxRules, cropBoxOf, cropToImage } from './data/views/crop.js';
import type { CropSettings } from './data/views/crop-settings.js';
import { heatMapLoss } from './loss.js';
import { type DecodedJoint, decodeHeatMaps } from './metrics/decode.js';
import { normalizedErrors, type PckhReport, PckhSums } from './metrics/pckh.js';
import { type PckhVariant, pckhVariants } from './metrics/pckh-variants.js';
import type { PoseModel } from './model/model.js';
import { predictHeatMaps } from './predict/predict-heat-maps.js';

/** What the model says of one person. */
export interface PosePrediction {
  /** The person's place in the split. */
  readonly example: number;
  /** 16 joints in pixels of the image. */
  readonly joints: readonly DecodedJoint[];
  /** As `normalizedErrors` gives them. */
  readonly errors: Float64Array | null;
}

/** What a model does on a split. */
export interface Evaluation {
  /** People that counted: all of the split but those whose image cannot be read. */
  readonly numExamples: number;
  readonly numBroken: number;
  /** Mean over people of the last sub-network's loss, as in training. */
  readonly loss: number;
  readonly pckh: Readonly<Record<PckhVariant, PckhReport>>;
  /** In the split's order. */
  readonly predictions: readonly PosePrediction[];
}

export interface EvaluationOptions {
  readonly crop: CropSettings;
  readonly useFlipTest: boolean;
  readonly numWorkers?: number;
  /** Asked once a batch. */
  readonly interrupt?: InterruptRequest | undefined;
  /** Takes down the images that cannot be read. */
  readonly leftOut?: LeftOutImages;
}

/** People a forward pass; fewer of large images, since memory grows with their pixels. */
const maxBatchPixels = 64 * 64 * 64;

/**
 * Evaluates with the moving averages of the norms.
 *
 * @throws RangeError for an empty split, DataError when no image of it can be read; Interrupted once `interrupt` asks for
 *   an end
 */
export async function evaluate(
  model: PoseModel,
  source: WeightSource,
  split: Split,
  options: EvaluationOptions,
): Promise<Evaluation> {
  if (split.numExamples === 0) throw new RangeError('evaluate: the split is empty; PCKh has no meaning there.');
  const { crop, numWorkers = 1, interrupt, leftOut } = options;
  const sums = { A: new PckhSums('A'), B: new PckhSums('B'), C: new PckhSums('C') };
  const losses = new MetricSums();
  const predictions: PosePrediction[] = [];
  const batchSize = Math.max(1, Math.floor(maxBatchPixels / crop.inputSize ** 2));
  const weights = source.generate(); // once for all batches
  try {
    const batches = evalBatches(split, { batchSize, crop, numWorkers, ...(leftOut && { leftOut }) });
    for await (const batch of untilInterrupted(batches, interrupt)) {
      const { maps, loss } = predict(model, weights, batch, options.useFlipTest);
      losses.add('loss', loss * batch.numExamples, batch.numExamples);
      for (const [position, example] of batch.examples.entries()) {
        const person = split.people[example]!;
        const toImage = cropToImage(cropBoxOf(person, boxRules[crop.boxRule]), crop.mapSize);
        const size = crop.mapSize * crop.mapSize * numJoints;
        const joints = decodeHeatMaps(
          { values: maps.subarray(position * size, (position + 1) * size), ...squareOf(crop.mapSize), numJoints },
          { toImage: (onMap) => applyAffine(toImage, onMap) },
        );
        const errors = normalizedErrors(person, joints);
        for (const variant of pckhVariants) sums[variant].add(errors);
        predictions.push({ example, joints, errors });
      }
    }
  } finally {
    weights.dispose();
  }
  const { loss } = losses.means() as { loss: number };
  if (!Number.isFinite(loss)) {
    throw new RangeError(
      `evaluate: the mean loss of ${predictions.length} people is ${loss}; the network has diverged. Where there is ` +
        'an earlier checkpoint, that one may be sound.',
    );
  }
  return {
    numExamples: predictions.length,
    numBroken: split.numExamples - predictions.length,
    loss,
    pckh: { A: sums.A.report(), B: sums.B.report(), C: sums.C.report() },
    predictions,
  };
}

function squareOf(size: number): { height: number; width: number } {
  return { height: size, width: size };
}

/** Heat maps float32 [numExamples, mapSize, mapSize, 16] of one batch, and their loss. */
function predict(
  model: PoseModel,
  weights: Weights,
  { images, targets, weights: jointWeights, numExamples, inputSize, mapSize }: EvalBatch,
  useFlipTest: boolean,
): { maps: Float32Array; loss: number } {
  const [maps, loss] = tf.tidy(() => {
    const predicted = predictHeatMaps(model, weights, tf.tensor4d(images, [numExamples, inputSize, inputSize, 3]), {
      useFlipTest,
    });
    const wanted = tf.tensor4d(targets, [numExamples, mapSize, mapSize, numJoints]);
    return [predicted, heatMapLoss(predicted, wanted, tf.tensor2d(jointWeights, [numExamples, numJoints]))] as const;
  });
  const read = { maps: maps.dataSync<'float32'>(), loss: loss.dataSync<'float32'>()[0]! };
  tf.dispose([maps, loss]);
  return read;
}
