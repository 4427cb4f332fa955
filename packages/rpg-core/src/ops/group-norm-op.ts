// Group normalisation as ops of our own, with and without a ReLU behind it, and their gradient.
import * as tf from '@tensorflow/tfjs-core';
import { asExpendable, spend } from './gradient-memory.js';
import { type PortableOp, runOp } from './portable-op.js';

/** Of the forward ops. With `hasResidual` there is an input `residual`, added before the ReLU. */
interface GroupNormAttributes {
  readonly numGroups: number;
  readonly epsilon: number;
  readonly hasResidual: boolean;
}

/** Of the gradient. With `isRelu` there is an input `y`, with `hasResidual` a fourth output. */
interface GradientAttributes {
  readonly numGroups: number;
  readonly isRelu: boolean;
  readonly hasResidual: boolean;
}

/**
 * Inputs { x, gamma, beta, residual? }; outputs [y, mean, inverse deviation], the last two [batch, numGroups], for the
 * gradient.
 */
export const groupNormOp = forwardOp('GroupNorm', false);

/** The same with max(·, 0) at the end. */
export const groupNormReluOp = forwardOp('GroupNormRelu', true);

function forwardOp(name: string, isRelu: boolean): PortableOp<GroupNormAttributes> {
  return {
    name,
    compose: ({ x, gamma, beta, residual }, { numGroups, epsilon }) => {
      const layout = layoutOf(x!, numGroups);
      const pixels = tf.reshape(x!, layout.pixels);
      const mean = groupMeans(tf.sum(pixels, 1), layout);
      const variance = groupMeans(tf.sum(tf.squaredDifference(pixels, spread(mean, layout)), 1), layout);
      const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon));
      // y = scale·x + shift with one scale and one shift an image and channel: two passes over the pixels
      const scale = tf.mul(spread(inverseDeviation, layout), gamma!);
      const shift = tf.sub(beta!, tf.mul(spread(mean, layout), scale));
      const normal = tf.reshape(tf.add(tf.mul(pixels, scale), shift), x!.shape);
      const sum = residual === undefined ? normal : tf.add(normal, residual);
      return [isRelu ? tf.relu(sum) : sum, mean, inverseDeviation];
    },
    gradient: {
      inputsToSave: ['x', 'gamma'],
      outputsToSave: [isRelu, true, true],
      pullBack: ([dy], [x, gamma, ...rest], { numGroups, hasResidual }) => {
        const [inverseDeviation, mean, y] = rest.toReversed(); // y first, if it was saved
        // One op makes all. Here and not in the functions below: tfjs runs each of those in a tidy of its own.
        const [dx, dGamma, dBeta, dResidual] = runOp(
          gradientOp,
          {
            dy: dy!,
            x: x!,
            gamma: gamma!,
            mean: mean!,
            inverseDeviation: inverseDeviation!,
            ...(isRelu ? { y: y! } : {}),
          },
          { numGroups, isRelu, hasResidual },
        );
        spend(dy!);
        tf.dispose(isRelu ? [x!, y!] : x!);
        return {
          x: () => asExpendable(dx!),
          gamma: () => dGamma!,
          beta: () => dBeta!,
          residual: () => asExpendable(dResidual!),
        };
      },
    },
  };
}

/**
 * With n = (x − mean)/deviation and means over each group:
 * dx = (γ·dy − mean(γ·dy) − n·mean(γ·dy·n)) / deviation, dγ = Σ dy·n, dβ = Σ dy.
 */
const gradientOp: PortableOp<GradientAttributes> = {
  name: 'GroupNormGrad',
  compose: ({ dy, x, gamma, mean, inverseDeviation, y }, { numGroups, isRelu, hasResidual }) => {
    const layout = layoutOf(x!, numGroups);
    const dSum = isRelu ? tf.mul(dy!, tf.step(y!)) : dy!;
    const dPixels = tf.reshape(dSum, layout.pixels);
    const centred = tf.sub(tf.reshape(x!, layout.pixels), spread(mean!, layout));
    const inverse = spread(inverseDeviation!, layout); // [batch, 1, channels]
    const sums = tf.sum(dPixels, 1); // [batch, channels]
    const products = tf.mul(tf.sum(tf.mul(dPixels, centred), 1), tf.squeeze(inverse, [1])); // Σ dy·n
    const meanGradient = spread(groupMeans(tf.mul(sums, gamma!), layout), layout);
    const meanProduct = spread(groupMeans(tf.mul(products, gamma!), layout), layout);
    const fromGradient = tf.mul(dPixels, tf.mul(inverse, gamma!));
    const fromCentre = tf.mul(centred, tf.mul(tf.square(inverse), meanProduct));
    const dx = tf.sub(tf.sub(fromGradient, fromCentre), tf.mul(inverse, meanGradient));
    const outputs = [tf.reshape(dx, x!.shape), tf.sum(products, 0), tf.sum(sums, 0)];
    return hasResidual ? [...outputs, tf.clone(dSum)] : outputs;
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
