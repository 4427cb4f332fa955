// What training minimises: every sub-network's depths and normals are held against the same truth.
import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from 'rpg-core';
import type { LossResult } from 'training-kit';
import { depthGradientLoss, depthLoss, logDepthsOf, maskedMean } from './loss/depth-loss.js';
import type { MultitaskModel } from './model/model.js';

/** One batch to learn from. */
export interface MultitaskBatch {
  /** float32 [batch, inputSize, inputSize, 3] */
  readonly images: tf.Tensor4D;
  /** float32 [batch, inputSize, inputSize], metres; above 0 where the mask is 1. */
  readonly depths: tf.Tensor3D;
  /** float32 [batch, inputSize, inputSize]: 1 for pixels with a depth, else 0. */
  readonly depthMask: tf.Tensor3D;
  /** float32 [batch, inputSize, inputSize, 3], of length 1 where the mask is 1. */
  readonly normals: tf.Tensor4D;
  /** float32 [batch, inputSize, inputSize]: 1 for pixels with a normal, else 0. */
  readonly normalsMask: tf.Tensor3D;
}

/** Factors of the losses that are added. */
export interface LossWeights {
  readonly depth: number;
  readonly gradient: number;
  readonly normals: number;
}

/** SharpNet's, without its terms on occluding contours. */
export const publishedLossWeights: LossWeights = { depth: 1, gradient: 0.1, normals: 0.5 };

/**
 * Σ over sub-networks of depth + 0.1 · depth gradient + 0.5 · normals, or with other factors. A task without a known
 * pixel in the batch adds 0.
 *
 * @returns the loss; of the last sub-network, before the factors, as metrics `depthLoss`, `gradientLoss`, `normalsLoss`
 */
export function multitaskLoss(
  model: MultitaskModel,
  weights: Weights,
  batch: MultitaskBatch,
  factors: LossWeights = publishedLossWeights,
): LossResult {
  const predictions = model.apply(weights, batch.images, { isTraining: true });
  const losses = predictions.map((prediction) => {
    const logDepths = logDepthsOf(prediction.depths, { depths: batch.depths, mask: batch.depthMask });
    const depth = depthLoss(logDepths);
    const gradient = depthGradientLoss(logDepths);
    const normals = normalsLoss(prediction.normals, batch.normals, batch.normalsMask);
    const total = tf.addN<tf.Scalar>([
      tf.mul(depth, factors.depth),
      tf.mul(gradient, factors.gradient),
      tf.mul(normals, factors.normals),
    ]);
    return { total, depth, gradient, normals };
  });
  const { depth, gradient, normals } = losses.at(-1)!;
  return {
    loss: tf.addN<tf.Scalar>(losses.map(({ total }) => total)),
    metrics: { depthLoss: depth, gradientLoss: gradient, normalsLoss: normals },
  };
}

/**
 * Mean over known pixels of 1 − n̂·n, the cosine between predicted and true normal: 0 where all agree, 2 where all are
 * opposite.
 *
 * @param predicted float32 [batch, height, width, 3], of length 1
 * @param normals of the same shape; anything where the mask is 0
 * @param mask float32 [batch, height, width], 0 or 1
 * @returns scalar; 0 for a batch without known pixels
 */
export function normalsLoss(predicted: tf.Tensor4D, normals: tf.Tensor4D, mask: tf.Tensor3D): tf.Scalar {
  return tf.tidy(() => {
    const isKnown = tf.greater(tf.expandDims(mask, 3), 0);
    const known = tf.where(isKnown, normals, tf.zerosLike(normals)); // a NaN stays out
    const cosines = tf.sum(tf.mul(predicted, known), 3);
    return maskedMean(tf.sub(1, cosines), mask);
  });
}
