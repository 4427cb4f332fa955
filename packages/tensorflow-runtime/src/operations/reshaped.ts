// A tensor's memory under another shape.
import { engine, type NamedTensorMap, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';

/** @returns a tensor of `shape` on the same memory; the caller disposes both */
export function reshaped(x: TensorInfo, shape: readonly number[]): Tensor {
  return engine().runKernel<Tensor>('Reshape', { x } as unknown as NamedTensorMap, { shape: [...shape] });
}
