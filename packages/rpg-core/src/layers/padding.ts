// PyTorch's numeric padding. tfjs's node backend takes numeric padding in no gradient (only 'valid' and 'same'), and
// 'same' pads unevenly at stride 2, where PyTorch pads both sides alike.
import * as tf from '@tensorflow/tfjs-core';

/** An input, padded where needed, with the padding mode that a tfjs op has to be given. */
export interface PaddedInput {
  readonly x: tf.Tensor4D;
  readonly mode: 'valid' | 'same';
}

/**
 * Pads height and width by `padding` zeros on each side, or finds the mode that does so by itself.
 *
 * @param x [batch, height, width, channels]
 */
export function padLikePyTorch(x: tf.Tensor4D, kernelSize: number, stride: number, padding: number): PaddedInput {
  if (padding === 0) return { x, mode: 'valid' };
  if (stride === 1 && kernelSize === 2 * padding + 1) return { x, mode: 'same' };
  const sides: [number, number] = [padding, padding];
  return { x: tf.pad4d(x, [[0, 0], sides, sides, [0, 0]]), mode: 'valid' };
}
