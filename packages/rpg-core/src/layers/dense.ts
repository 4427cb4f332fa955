// A fully connected layer whose kernel comes from a weight source.
import * as tf from '@tensorflow/tfjs-core';
import { type Initializer, type SlotCollector, type SlotRole, uniformFanIn } from '../weights/slot.js';
import type { Layer } from './layer.js';

/** Settings of a dense layer. */
export interface DenseOptions {
  readonly name: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default `head`: independent, as the classifier of the official code is. */
  readonly role?: SlotRole;
}

/**
 * Declares a dense layer: slot `<name>/kernel` [inFeatures, outFeatures] and, with a bias, `<name>/bias`
 * [outFeatures]. An independent one starts uniformly in ±1/√inFeatures as PyTorch's does; one fed by a ring starts
 * normally with that distribution's standard deviation, 1/√(3·inFeatures), because a ring's elements are normal.
 *
 * @returns the layer, from [batch, inFeatures] to [batch, outFeatures]
 */
export function dense(slots: SlotCollector, options: DenseOptions): Layer<tf.Tensor2D> {
  const { name, inFeatures, outFeatures, useBias = true, role = 'head' } = options;
  const initializer: Initializer =
    role === 'backbone'
      ? { kind: 'normal', standardDeviation: 1 / Math.sqrt(3 * inFeatures) }
      : uniformFanIn(inFeatures);
  const kernel = slots.declare({ name: `${name}/kernel`, shape: [inFeatures, outFeatures], role, initializer });
  const bias = useBias
    ? slots.declare({
        name: `${name}/bias`,
        shape: [outFeatures],
        role: role === 'backbone' ? 'bias' : role,
        initializer: uniformFanIn(inFeatures),
      })
    : undefined;

  return (x, { weights }) => {
    const y = tf.matMul<tf.Tensor2D>(x, weights.get(kernel));
    weights.applied?.(kernel, 1);
    return bias === undefined ? y : tf.add<tf.Tensor2D>(y, weights.get(bias));
  };
}
