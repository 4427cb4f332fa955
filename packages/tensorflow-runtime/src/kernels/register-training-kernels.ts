// Makes the training kernels known to tfjs; callers find them with `tf.getKernel(name, 'tensorflow')`.
import { getKernel, type KernelConfig, registerKernel } from '@tensorflow/tfjs-core';
import { carryBfloat16 } from '../backend/bfloat16-handles.js';
import { NATIVE_BACKEND, type NativeBackend } from '../backend/native-backend.js';
import { batchNormReluTrain, batchNormTrain, batchNormTrainGrad } from './batch-norm-train.js';
import { biasAdd, biasAddGrad } from './bias-add.js';
import { castPrecision } from './cast-precision.js';
import { dilatedConvKernels, hasDilatedGradients } from './convolution/dilated-conv.js';
import { registerFilterGradient } from './convolution/filter-gradient.js';
import { registerWinograd } from './convolution/winograd-conv.js';
import { groupNorm, groupNormGrad, groupNormRelu } from './group-norm.js';
import { optimizerUpdates } from './optimizer-update.js';
import { reluGrad } from './relu-grad.js';
import { ringGenerate, ringGenerateGrad } from './ring-generate.js';
import { ringIndexArray } from './ring-index-array.js';
import { sparseSoftmaxCrossEntropy } from './sparse-softmax-cross-entropy.js';

/**
 * Registers them on the backend 'tensorflow', once per process. On a GPU only what consists of TensorFlow's own operations
 * is: those of native/ are written for the CPU; callers then use their own composition.
 */
export function registerTrainingKernels({ isUsingGpuDevice }: Pick<NativeBackend, 'isUsingGpuDevice'>): void {
  registerMissing([reluGrad, sparseSoftmaxCrossEntropy]);
  if (isUsingGpuDevice) return;
  registerMissing([batchNormTrain, batchNormReluTrain, batchNormTrainGrad]);
  registerMissing([ringGenerate, ringGenerateGrad, ringIndexArray]);
  registerMissing([groupNorm, groupNormRelu, groupNormGrad]);
  registerMissing([biasAdd, biasAddGrad, ...optimizerUpdates]);
  registerFilterGradient();
  registerWinograd();
}

/** Registers the cast by which rpg-core's layers enter and leave bfloat16. */
export function registerBfloat16(native: NativeBackend): void {
  if (isRegistered(castPrecision.kernelName)) return;
  carryBfloat16(native);
  registerKernel(castPrecision);
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
