// What SharpNet minimises for depth, on logarithms: a reversed Huber loss on the pixels, and one on their gradients.
import * as tf from '@tensorflow/tfjs-core';
import { relu } from 'rpg-core/layers';

/** Depths of a batch and what is known of them. */
export interface DepthTruth {
  /** float32 [batch, height, width], metres; above 0 where the mask is 1, anything elsewhere. */
  readonly depths: tf.Tensor3D;
  /** float32 [batch, height, width]: 1 for pixels with a depth, else 0. */
  readonly mask: tf.Tensor3D;
}

/** Logarithms of depths in metres, 0 where nothing is known. */
export interface LogDepths {
  /** float32 [batch, height, width] */
  readonly predicted: tf.Tensor3D;
  /** float32 [batch, height, width] */
  readonly actual: tf.Tensor3D;
  /** float32 [batch, height, width]: 1 for known pixels, else 0. */
  readonly mask: tf.Tensor3D;
}

/** Metres below which a depth counts as this much, as in the published code. */
const NEAREST = 1e-9;

/** Where the reversed Huber loss turns from a line into a parabola, as a share of the batch's largest error. */
const TURN_SHARE = 0.2;

/**
 * Takes the logarithms, with nothing of unknown pixels let through, be they NaN.
 *
 * @param predicted float32 [batch, height, width], metres
 */
export function logDepthsOf(predicted: tf.Tensor3D, { depths, mask }: DepthTruth): LogDepths {
  const isKnown = tf.greater(mask, 0);
  const logOf = (metres: tf.Tensor3D): tf.Tensor3D =>
    tf.log(tf.maximum(tf.where(isKnown, metres, tf.onesLike(metres)), NEAREST));
  return { predicted: logOf(predicted), actual: logOf(depths), mask };
}

/**
 * Reversed Huber loss (berHu): with n = |ln d̂ − ln d| and c a fifth of the batch's largest n, the mean over known pixels
 * of n where n < c, else of (n² + c²) / 2c. Its gradient goes through c as well.
 *
 * @returns scalar; 0 for a batch without known pixels
 */
export function depthLoss({ predicted, actual, mask }: LogDepths): tf.Scalar {
  return tf.tidy(() => {
    const errors = tf.abs(tf.sub(predicted, actual)); // 0 where unknown
    const turn = tf.mul(tf.max(errors), TURN_SHARE);
    // Comparisons have no gradient in tfjs; written so, the loss needs none: (n² + c²) / 2c = n + (n − c)² / 2c.
    const beyond = tf.square(relu(tf.sub(errors, turn)));
    const terms = tf.add(errors, tf.div(beyond, tf.add(tf.mul(turn, 2), 1e-9)));
    return maskedMean(terms, mask);
  });
}

/** Where the Huber loss of squared gradients turns from a parabola into a line: at 1/σ². */
const HUBER_SIGMA = 3;

/**
 * Loss on the depth's edges, with G the Sobel operator divided by 8: the mean of |G(ln d̂ − ln d)|² and of
 * Huber(|G ln d̂|² − |G ln d|²), Huber(e) being σ²e²/2 up to 1/σ² and |e| − 1/(2σ²) beyond. Both are taken over pixels
 * whose eight neighbours are known too, so that no gap makes an edge.
 *
 * @returns scalar; 0 where there are no such pixels
 */
export function depthGradientLoss({ predicted, actual, mask }: LogDepths): tf.Scalar {
  return tf.tidy(() => {
    const insides = tf.sub(1, neighbourhoodMaximum(tf.sub(1, mask))); // [batch, height − 2, width − 2]
    const predictedEdges = sobel(predicted);
    const actualEdges = sobel(actual);
    const smooth = tf.sum<tf.Tensor3D>(tf.squaredDifference(predictedEdges, actualEdges), 3);
    const steepness = (edges: tf.Tensor4D): tf.Tensor3D => tf.sum(tf.square(edges), 3);
    const error = tf.abs(tf.sub(steepness(predictedEdges), steepness(actualEdges)));
    const parabola = tf.minimum(error, 1 / HUBER_SIGMA ** 2);
    const huber = tf.add(tf.mul(tf.square(parabola), HUBER_SIGMA ** 2 / 2), tf.sub(error, parabola));
    return maskedMean(tf.add(smooth, huber), insides);
  });
}

/**
 * Sum of terms where the mask is 1, over the number of such places; 0 where there is none.
 *
 * @param terms float32, finite everywhere
 * @param mask of the same shape, 0 or 1
 */
export function maskedMean(terms: tf.Tensor, mask: tf.Tensor): tf.Scalar {
  return tf.div(tf.sum(tf.mul(terms, mask)), tf.maximum(tf.sum(mask), 1));
}

/** @returns [batch, height − 2, width − 2]: the largest of each pixel and its eight neighbours */
function neighbourhoodMaximum(map: tf.Tensor): tf.Tensor3D {
  return tf.squeeze(tf.maxPool(tf.expandDims<tf.Tensor4D>(map, 3), 3, 1, 'valid'), [3]);
}

/** @returns [batch, height − 2, width − 2, 2]: change along x and along y, one pixel's worth */
function sobel(map: tf.Tensor3D): tf.Tensor4D {
  const alongX = [
    [-1, 0, 1],
    [-2, 0, 2],
    [-1, 0, 1],
  ];
  const kernel = alongX.flatMap((row, i) => row.map((value, j) => [value / 8, alongX[j]![i]! / 8]));
  return tf.conv2d(tf.expandDims<tf.Tensor4D>(map, 3), tf.tensor4d(kernel.flat(), [3, 3, 1, 2]), 1, 'valid');
}
