// The gradient of a convolution with respect to its kernel, for backends that lack this op: tfjs's WebAssembly backend has
// all others that training needs.
import * as tf from '@tensorflow/tfjs-core';
import { hasOp } from './portable-op.js';

const OP_NAME = 'Conv2DBackpropFilter';

/** Registers the composition below on the current backend unless it has this op. */
export function ensureFilterGradient(): void {
  if (hasOp(OP_NAME)) return;
  tf.registerKernel({
    kernelName: OP_NAME,
    backendName: tf.getBackend(),
    kernelFunc: ({ inputs, attrs }) =>
      tf.tidy(() => {
        const { x, dy } = inputs as tf.NamedTensorMap;
        return filterGradient(x as tf.Tensor4D, dy as tf.Tensor4D, attrs as unknown as tf.Conv2DBackpropFilterAttrs);
      }),
  });
}

/**
 * ∂ℓ/∂K by a convolution: batch and channels change places, the output's gradient is the kernel, dilated by the stride.
 *
 * @param x [batch, height, width, inChannels]
 * @param dy [batch, outHeight, outWidth, outChannels]
 * @returns [kernelHeight, kernelWidth, inChannels, outChannels]
 */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, attributes: tf.Conv2DBackpropFilterAttrs): tf.Tensor4D {
  const { strides, pad, dimRoundingMode, filterShape } = attributes;
  const { padInfo } = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
  const { top, bottom, left, right } = padInfo;
  const padded = tf.pad4d(x, [[0, 0], [top, bottom], [left, right], [0, 0]]); // prettier-ignore
  const images = tf.transpose(padded, [3, 1, 2, 0]); // [inChannels, height, width, batch]
  const kernel = tf.transpose(dy, [1, 2, 0, 3]); // [outHeight, outWidth, batch, outChannels]
  const all = tf.conv2d(images, kernel, 1, 'valid', 'NHWC', strides);
  const [kernelHeight, kernelWidth, inChannels, outChannels] = filterShape;
  // A stride may leave rows of the input unread; what they would give lies behind the kernel's own size.
  const own = tf.slice4d(all, [0, 0, 0, 0], [inChannels, kernelHeight, kernelWidth, outChannels]);
  return tf.transpose(own, [1, 2, 0, 3]);
}
