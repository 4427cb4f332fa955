// The part of tfjs-node-gpu's backend that this package calls: its bridge to TensorFlow's own operations.
import type { DataId, Tensor, TensorInfo } from '@tensorflow/tfjs-core';

/** The name under which tfjs-node-gpu registers its backend. */
export const NATIVE_BACKEND = 'tensorflow';

/** One attribute of a TensorFlow operation; `type` is one of the binding's `TF_ATTR_` numbers. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | readonly number[];
}

/** What the binding tells of a tensor that an operation made; `dtype` is TensorFlow's. */
export interface OutputMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
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
    executeOp(
      name: string,
      attributes: readonly OpAttribute[],
      inputIds: readonly number[],
      numOutputs: number,
    ): OutputMetadata[];
    tensorDataSync(id: number): ArrayBufferView;
    loadSavedModel(folder: string, tags: string): number;
    runSavedModel(id: number, inputIds: readonly number[], inputNames: string, outputNames: string): OutputMetadata[];
    deleteSavedModel(id: number): void;
  };
  readonly isUsingGpuDevice: boolean;
  /**
   * Laid over the backend while `traceOps` writes down what runs on it: convolutions are then TensorFlow's own, for a pass
   * of `freeze` to choose when it knows what stands around them.
   */
  readonly isTraced?: boolean;
  /** What is kept of a tensor; `dtype` is TensorFlow's. */
  readonly tensorMap: { get(dataId: DataId): { dtype: number } | undefined };
  /** The binding's numbers of tensors, whose values are handed to TensorFlow where that is still to be done. */
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  createOutputTensor(metadata: OutputMetadata): Tensor;
  readSync(dataId: DataId): unknown;
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
