// What a layer is: a function from a tensor to a tensor, which reads its weights from the source that it is given.
import type * as tf from '@tensorflow/tfjs-core';
import type { Precision } from '../ops/precision.js';
import type { Weights } from '../weights/weight-source.js';

/** Given to every layer of one forward pass. */
export interface ForwardContext {
  readonly weights: Weights;
  /** True while training: batch statistics normalise, and moving averages are updated. */
  readonly isTraining: boolean;
  /** What `castTo` made of the activations; weights are cast to match. Default float32. */
  readonly precision?: Precision;
}

/** Applies one layer; the caller owns the result, and a tidy around the forward pass frees what lies between. */
export type Layer<Input extends tf.Tensor = tf.Tensor4D, Output extends tf.Tensor = Input> = (
  x: Input,
  context: ForwardContext,
) => Output;
