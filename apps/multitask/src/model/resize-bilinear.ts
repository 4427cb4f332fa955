// Bilinear enlargement by matrix products.
import * as tf from '@tensorflow/tfjs-core';

/**
 * Resizes so that the corner pixels of input and output lie on each other (`align_corners`), as SharpNet does.
 *
 * One product for each direction. Its gradient is exact on every backend and the same on every run; TensorFlow's own
 * resizing gradient adds in no fixed order on GPUs.
 *
 * @param x float32 [batch, height, width, channels]
 * @param size of the output, height and width
 * @returns float32 [batch, ...size, channels]; the caller disposes it
 */
export function resizeBilinear(x: tf.Tensor4D, size: readonly [number, number]): tf.Tensor4D {
  const [batch, height, width, numChannels] = x.shape;
  const [newHeight, newWidth] = size;
  if (height === newHeight && width === newWidth) return tf.clone(x);
  return tf.tidy(() => {
    const rows = tf.reshape(x, [batch, height, width * numChannels]);
    const stretched = tf.matMul(interpolation(height, newHeight), rows); // [batch, newHeight, width · channels]
    const columns = tf.reshape(stretched, [batch * newHeight, width, numChannels]);
    const resized = tf.matMul(interpolation(width, newWidth), columns); // [batch · newHeight, newWidth, channels]
    return tf.reshape(resized, [batch, newHeight, newWidth, numChannels]);
  });
}

/** @returns float32 [1, newSize, size]: row i holds the shares that the input's pixels have in the output's pixel i */
function interpolation(size: number, newSize: number): tf.Tensor3D {
  const shares = new Float32Array(newSize * size);
  const scale = newSize > 1 ? (size - 1) / (newSize - 1) : 0;
  for (let i = 0; i < newSize; i++) {
    const position = i * scale;
    const before = Math.min(Math.floor(position), size - 1);
    const after = Math.min(before + 1, size - 1);
    shares[i * size + before]! += 1 - (position - before);
    shares[i * size + after]! += position - before;
  }
  return tf.tensor3d(shares, [1, newSize, size]);
}
