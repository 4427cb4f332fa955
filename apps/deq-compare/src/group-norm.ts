// Group normalisation (Wu & He 2018), which does not mix the images of a batch: a fixed point of one image is its own.
import { runOp, type Layer, type PortableOp, type SlotCollector } from 'rpg-core';
import * as tf from '@tensorflow/tfjs-core';

/** Settings of a group normalisation. */
export interface GroupNormOptions {
  readonly name: string;
  readonly numChannels: number;
  /** Divides the number of channels. */
  readonly numGroups: number;
  /** Added to the variance; default 1e-5 as in PyTorch. */
  readonly epsilon?: number;
}

/**
 * Declares a group normalisation: trainable `<name>/gamma` and `<name>/beta` [numChannels]. Each image's channels are
 * normalised in groups of neighbours, over height and width, while training and afterwards alike.
 *
 * @returns the layer, from and to [batch, height, width, numChannels]
 * @throws RangeError unless `numGroups` divides `numChannels`
 */
export function groupNorm(slots: SlotCollector, options: GroupNormOptions): Layer {
  const { name, numChannels, numGroups, epsilon = 1e-5 } = options;
  if (!Number.isInteger(numGroups) || numGroups < 1 || numChannels % numGroups !== 0) {
    throw new RangeError(
      `groupNorm '${name}': numGroups is ${numGroups}, expected a divisor of its ${numChannels} channels.`,
    );
  }
  const declare = (part: string, value: number) =>
    slots.declare({
      name: `${name}/${part}`,
      shape: [numChannels],
      role: 'norm',
      initializer: { kind: 'constant', value },
    });
  const gamma = declare('gamma', 1);
  const beta = declare('beta', 0);
  return (x, { weights }) =>
    runOp(
      groupNormOp,
      { x, gamma: weights.get(gamma), beta: weights.get(beta) },
      { numGroups, epsilon },
    )[0] as tf.Tensor4D;
}

interface GroupNormAttributes {
  readonly numGroups: number;
  readonly epsilon: number;
}

/** Inputs { x, gamma, beta }; outputs [y, mean, inverse deviation], the last two [batch, numGroups], for the gradient. */
const groupNormOp: PortableOp<GroupNormAttributes> = {
  name: 'GroupNorm',
  compose: ({ x, gamma, beta }, { numGroups, epsilon }) => {
    const layout = layoutOf(x!, numGroups);
    const pixels = tf.reshape(x!, layout.pixels);
    const mean = groupMeans(tf.sum(pixels, 1), layout);
    const variance = groupMeans(tf.sum(tf.squaredDifference(pixels, spread(mean, layout)), 1), layout);
    const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon));
    // y = scale·x + shift with one scale and one shift an image and channel: two passes over the pixels
    const scale = tf.mul(spread(inverseDeviation, layout), gamma!);
    const shift = tf.sub(beta!, tf.mul(spread(mean, layout), scale));
    return [tf.reshape(tf.add(tf.mul(pixels, scale), shift), x!.shape), mean, inverseDeviation];
  },
  gradient: {
    inputsToSave: ['x', 'gamma'],
    outputsToSave: [false, true, true],
    pullBack: ([dy], [x, gamma, mean, inverseDeviation], { numGroups }) => {
      const gradients = runOp(
        groupNormGradOp,
        { dy: dy!, x: x!, gamma: gamma!, mean: mean!, inverseDeviation: inverseDeviation! },
        { numGroups },
      );
      const [dx, dGamma, dBeta] = gradients;
      return { x: () => dx!, gamma: () => dGamma!, beta: () => dBeta! };
    },
  },
};

/**
 * With n = (x − mean)/deviation and means over each group:
 * dx = (γ·dy − mean(γ·dy) − n·mean(γ·dy·n)) / deviation, dγ = Σ dy·n, dβ = Σ dy.
 */
const groupNormGradOp: PortableOp<Pick<GroupNormAttributes, 'numGroups'>> = {
  name: 'GroupNormGrad',
  compose: ({ dy, x, gamma, mean, inverseDeviation }, { numGroups }) => {
    const layout = layoutOf(x!, numGroups);
    const dPixels = tf.reshape(dy!, layout.pixels);
    const centred = tf.sub(tf.reshape(x!, layout.pixels), spread(mean!, layout));
    const inverse = spread(inverseDeviation!, layout); // [batch, 1, channels]
    const sums = tf.sum(dPixels, 1); // [batch, channels]
    const products = tf.mul(tf.sum(tf.mul(dPixels, centred), 1), tf.squeeze(inverse, [1])); // Σ dy·n
    const meanGradient = spread(groupMeans(tf.mul(sums, gamma!), layout), layout);
    const meanProduct = spread(groupMeans(tf.mul(products, gamma!), layout), layout);
    const fromGradient = tf.mul(dPixels, tf.mul(inverse, gamma!));
    const fromCentre = tf.mul(centred, tf.mul(tf.square(inverse), meanProduct));
    const dx = tf.sub(tf.sub(fromGradient, fromCentre), tf.mul(inverse, meanGradient));
    return [tf.reshape(dx, x!.shape), tf.sum(products, 0), tf.sum(sums, 0)];
  },
};

interface GroupLayout {
  /** [batch, height·width, channels] */
  readonly pixels: [number, number, number];
  readonly numGroups: number;
}

function layoutOf(x: tf.Tensor, numGroups: number): GroupLayout {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  return { pixels: [batch, height * width, channels], numGroups };
}

/** From sums over pixels, [batch, channels], to means over each group, [batch, numGroups]. */
function groupMeans(sums: tf.Tensor, { pixels: [batch, numPixels, channels], numGroups }: GroupLayout): tf.Tensor {
  const groups = tf.reshape(sums, [batch, numGroups, channels / numGroups]);
  return tf.div(tf.mean(groups, 2), numPixels);
}

/** From [batch, numGroups] to [batch, 1, channels]. */
function spread(groups: tf.Tensor, { pixels: [batch, , channels], numGroups }: GroupLayout): tf.Tensor {
  const repeated = tf.tile(tf.reshape(groups, [batch, numGroups, 1]), [1, 1, channels / numGroups]);
  return tf.reshape(repeated, [batch, 1, channels]);
}
