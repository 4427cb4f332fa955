// Turns a function with fixed weights into a TensorFlow graph: one call instead of one an operation, and operations that
// are better for being known in advance, by the passes below.
import * as tf from '@tensorflow/tfjs-core';
import { carriesBfloat16 } from '../backend/bfloat16-handles.js';
import { asNative, NATIVE_BACKEND } from '../backend/native-backend.js';
import type { FreezeContext, FreezePass } from './freeze-pass.js';
import { type FrozenFunction, loadFrozen } from './frozen-function.js';
import { dropReshapes } from './passes/drop-reshapes.js';
import { foldNorms } from './passes/fold-norms.js';
import { joinConvolutions } from './passes/join-convolutions.js';
import { lowerPrecision } from './passes/lower-precision.js';
import { traceOps } from './trace-ops.js';

/**
 * What is done to the operations of a function, in this order.
 *
 * Joining the bias, addition and ReLU behind TensorFlow's own convolutions (_FusedConv2D) was tried: no faster on two
 * cores, where the convolutions take nearly all of the time.
 */
const passes: readonly FreezePass[] = [dropReshapes, foldNorms, joinConvolutions, lowerPrecision];

export interface FreezeOptions {
  /**
   * `bfloat16`: convolutions and what joins them keep its 8 bits of mantissa; everything else, argument and results
   * included, stays float32. Without effect where the processor has no fast bfloat16 (avx512_bf16, AMX), as
   * in training. Default `float32`.
   */
  readonly precision?: 'float32' | 'bfloat16';
}

/** Whether `freeze` can be called: whether TensorFlow is tfjs's current backend. */
export function isFreezable(): boolean {
  return tf.getBackend() === NATIVE_BACKEND;
}

/**
 * Runs `forward` once on `example` and keeps its operations as a graph. Whatever else they read (weights) stays as it is
 * now; the tensors themselves may be disposed. Takes one to four seconds for a network of 11 M weights, and their size
 * in memory once more.
 *
 * @param forward calls operations on tensors alone, always the same ones; it may not read values
 * @param example float32 or int32; its shape is the only one that the frozen function takes
 * @throws Error when TensorFlow is not the current backend, or `forward` reads values
 */
export function freeze(
  forward: (x: tf.Tensor) => readonly tf.Tensor[],
  example: tf.Tensor,
  { precision = 'float32' }: FreezeOptions = {},
): FrozenFunction {
  if (!isFreezable()) {
    throw new Error(`freeze needs TensorFlow, but the backend is ${tf.getBackend()}. Run the function as it is.`);
  }
  const native = asNative(tf.backend());
  const isLowered = precision === 'bfloat16' && carriesBfloat16(native);
  const context: FreezeContext = { native, precision: isLowered ? 'bfloat16' : 'float32' };
  return inScope(() => {
    const traced = inScope(() => traceOps(native, forward, example));
    const trace = passes.reduce((changed, pass) => pass(changed, context), traced);
    return loadFrozen(native, trace, example);
  });
}

/** What `work` returns; tensors that it made and did not keep are disposed, also when it throws. */
function inScope<Result>(work: () => Result): Result {
  tf.engine().startScope();
  try {
    return work();
  } finally {
    tf.engine().endScope();
  }
}
