// The part of tfjs-node-gpu's backend that this package calls: its bridge to TensorFlow's own operations.
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';

/** The name under which tfjs-node-gpu registers its backend. */
export const NATIVE_BACKEND = 'tensorflow';

/** One attribute of a TensorFlow operation; `type` is one of the binding's `TF_ATTR_` numbers. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | readonly number[];
}

export interface NativeBackend {
  readonly binding: {
    readonly TF_Version: string;
    readonly TF_FLOAT: number;
    readonly TF_INT32: number;
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_FLOAT: number;
    readonly TF_ATTR_INT: number;
    readonly TF_ATTR_STRING: number;
    readonly TF_ATTR_TYPE: number;
  };
  readonly isUsingGpuDevice: boolean;
  /** Runs the TensorFlow operation `name`; the caller owns the outputs. */
  executeMultipleOutputs(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly TensorInfo[],
    numOutputs: number,
  ): Tensor[];
  executeSingleOutput(name: string, attributes: readonly OpAttribute[], inputs: readonly TensorInfo[]): Tensor;
}

/** The one cast from tfjs's general backend type to what tfjs-node-gpu really provides. */
export function asNative(backend: unknown): NativeBackend {
  return backend as NativeBackend;
}
