// Gives tfjs our operations by name, and convolutions of our own in place of some of its. tfjs calls a backend's
// implementation of an operation a kernel; here a kernel is the weights of a convolution.
import { getKernel, type KernelConfig, registerKernel } from '@tensorflow/tfjs-core';
import { carryBfloat16 } from '../backend/bfloat16-handles.js';
import { NATIVE_BACKEND, type NativeBackend } from '../backend/native-backend.js';
import { batchNormReluTrain, batchNormTrain, batchNormTrainGrad } from './batch-norm-train.js';
import { biasAdd, biasAddGrad } from './bias-add.js';
import { castPrecision } from './cast-precision.js';
import { dilatedConvOperations, hasDilatedGradients } from './convolution/dilated-conv.js';
import { takeOverFilterGradient } from './convolution/filter-gradient.js';
import { takeOverByWinograd } from './convolution/winograd-conv.js';
import { groupNorm, groupNormGrad, groupNormRelu } from './group-norm.js';
import { optimizerUpdates } from './optimizer-update.js';
import { reluGrad } from './relu-grad.js';
import { ringGenerate, ringGenerateGrad } from './ring-generate.js';
import { ringIndexArray } from './ring-index-array.js';
import { sparseSoftmaxCrossEntropy } from './sparse-softmax-cross-entropy.js';

/**
 * Registers them on the backend 'tensorflow', once per process; callers ask `tf.getKernel(name, 'tensorflow')`. On a GPU
 * only what consists of TensorFlow's own operations is there: those of native/ are written for the CPU; callers then use
 * their own composition.
 */
export function registerOperations({ isUsingGpuDevice }: Pick<NativeBackend, 'isUsingGpuDevice'>): void {
  registerMissing([reluGrad, sparseSoftmaxCrossEntropy]);
  if (isUsingGpuDevice) return;
  registerMissing([batchNormTrain, batchNormReluTrain, batchNormTrainGrad]);
  registerMissing([ringGenerate, ringGenerateGrad, ringIndexArray]);
  registerMissing([groupNorm, groupNormRelu, groupNormGrad]);
  registerMissing([biasAdd, biasAddGrad, ...optimizerUpdates]);
}

/** Lets `tf.conv2d` and its gradients run by operations of our own where those are faster; on the CPU only. */
export function takeOverConvolutions({ isUsingGpuDevice }: Pick<NativeBackend, 'isUsingGpuDevice'>): void {
  if (isUsingGpuDevice) return;
  takeOverFilterGradient();
  takeOverByWinograd(); // asked first, since it stands in front of the other
}

/** Registers the cast by which rpg-core's layers enter and leave bfloat16. */
export function registerBfloat16(native: NativeBackend): void {
  if (isRegistered(castPrecision.kernelName)) return;
  carryBfloat16(native);
  registerKernel(castPrecision);
}

/** Registers dilated convolutions where TensorFlow can differentiate them, which it is asked by a trial. */
export function registerDilatedConv(native: NativeBackend): void {
  if (hasDilatedGradients(native)) registerMissing(dilatedConvOperations);
}

function registerMissing(operations: readonly KernelConfig[]): void {
  for (const operation of operations) {
    if (!isRegistered(operation.kernelName)) registerKernel(operation);
  }
}

function isRegistered(name: string): boolean {
  // tfjs answers undefined for an unknown name, whatever its type says.
  const found: unknown = getKernel(name, NATIVE_BACKEND);
  return found !== undefined;
}
