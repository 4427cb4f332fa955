// Makes the training kernels known to tfjs; callers find them with `tf.getKernel(name, 'tensorflow')`.
import { getKernel, registerKernel, type KernelConfig } from '@tensorflow/tfjs-core';
import { NATIVE_BACKEND, type NativeBackend } from '../native-backend.js';
import { batchNormTrain, batchNormTrainGrad } from './batch-norm-train.js';
import { dilatedConvKernels, hasDilatedGradients } from './dilated-conv.js';
import { reluGrad } from './relu-grad.js';
import { ringGenerate, ringGenerateGrad } from './ring-generate.js';
import { sparseSoftmaxCrossEntropy } from './sparse-softmax-cross-entropy.js';

/**
 * Registers them on the backend 'tensorflow', once per process. On a GPU batch norm is left out: cuDNN passes a third
 * saved tensor from forward to backward, which these kernels do not carry, and the ring's operations are written for
 * the CPU; callers then use their own composition.
 */
export function registerTrainingKernels({ isUsingGpuDevice }: Pick<NativeBackend, 'isUsingGpuDevice'>): void {
  const onCpuOnly = isUsingGpuDevice ? [] : [batchNormTrain, batchNormTrainGrad, ringGenerate, ringGenerateGrad];
  registerMissing([reluGrad, sparseSoftmaxCrossEntropy, ...onCpuOnly]);
}

/** Registers dilated convolutions where TensorFlow can differentiate them, which it is asked by a trial. */
export function registerDilatedConv(native: NativeBackend): void {
  if (hasDilatedGradients(native)) registerMissing(dilatedConvKernels);
}

function registerMissing(kernels: readonly KernelConfig[]): void {
  for (const kernel of kernels) {
    if (!isRegistered(kernel.kernelName)) registerKernel(kernel);
  }
}

function isRegistered(kernelName: string): boolean {
  // tfjs answers undefined for an unknown kernel, whatever its type says.
  const found: unknown = getKernel(kernelName, NATIVE_BACKEND);
  return found !== undefined;
}
