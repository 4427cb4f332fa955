// The feature maps of all scales as one vector an image, which is what solvers work on, and back.
import * as tf from '@tensorflow/tfjs-core';

/** [height, width, channels] of one scale's map. */
export type BranchShape = readonly [height: number, width: number, channels: number];

/**
 * Scale i has half the height and width of scale i − 1.
 *
 * @param imageShape [height, width] of the first scale
 * @throws RangeError when a map cannot be halved as often as there are scales
 */
export function branchShapes(imageShape: readonly [number, number], channels: readonly number[]): BranchShape[] {
  const divisor = 2 ** (channels.length - 1);
  const [height, width] = imageShape;
  if (height % divisor !== 0 || width % divisor !== 0) {
    throw new RangeError(
      `Images are ${height}×${width}, expected multiples of ${divisor}: ${channels.length} branches halve the map ` +
        `${channels.length - 1} times.`,
    );
  }
  return channels.map((numChannels, i) => [height / 2 ** i, width / 2 ** i, numChannels]);
}

/** Numbers in all maps of one image. */
export function sizeOfBranches(shapes: readonly BranchShape[]): number {
  return shapes.reduce((sum, [height, width, channels]) => sum + height * width * channels, 0);
}

/**
 * @param maps [batch, height, width, channels], one a scale
 * @returns [batch, size of all]
 */
export function joinBranches(maps: readonly tf.Tensor4D[]): tf.Tensor2D {
  return tf.tidy(() =>
    tf.concat2d(
      maps.map((map) => tf.reshape(map, [map.shape[0], map.size / map.shape[0]])),
      1,
    ),
  );
}

/**
 * @param z [batch, size of all]
 * @returns one map a scale, [batch, height, width, channels]; the caller disposes them
 */
export function splitBranches(z: tf.Tensor2D, shapes: readonly BranchShape[]): tf.Tensor4D[] {
  return tf.tidy(() => {
    const sizes = shapes.map((shape) => sizeOfBranches([shape]));
    return tf.split(z, sizes, 1).map((part, i) => {
      const [height, width, channels] = shapes[i]!;
      return tf.reshape<tf.Rank.R4>(part, [z.shape[0], height, width, channels]);
    });
  });
}

/** Maps of zeros, where a search starts. */
export function zeroBranches(batchSize: number, shapes: readonly BranchShape[]): tf.Tensor4D[] {
  return shapes.map(([height, width, channels]) => tf.zeros([batchSize, height, width, channels]));
}
