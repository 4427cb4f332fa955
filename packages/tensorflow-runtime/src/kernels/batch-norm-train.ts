// Batch norm in training: TensorFlow's fused operation, forward and backward, with PyTorch's meaning of momentum.
import { tensor1d, type KernelConfig } from '@tensorflow/tfjs-core';
import { asNative, NATIVE_BACKEND, type NativeBackend, type OpAttribute } from '../native-backend.js';
import { requireInputs, requireNumber } from './arguments.js';
import { boolAttribute, floatAttribute, stringAttribute, typeAttribute } from './attributes.js';

const forwardName = 'BatchNormTrain';
const gradientName = 'BatchNormTrainGrad';

/**
 * Inputs { x [batch, height, width, channels], gamma, beta, movingMean, movingVariance [channels] }, attributes
 * { epsilon, momentum }; outputs [y, newMovingMean, newMovingVariance, saved1, saved2]. The moving averages become
 * (1 - momentum) · moving + momentum · batch, with the unbiased variance; normalising uses the biased one. The two
 * saved vectors are for `BatchNormTrainGrad` alone.
 */
export const batchNormTrain: KernelConfig = {
  kernelName: forwardName,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const names = ['x', 'gamma', 'beta', 'movingMean', 'movingVariance'] as const;
    const { x, gamma, beta, movingMean, movingVariance } = requireInputs(forwardName, inputs, names);
    const native = asNative(backend);
    const attributes = [
      ...commonAttributes(native, requireNumber(forwardName, attrs, 'epsilon')),
      // The share that TensorFlow gives to the new batch.
      floatAttribute(native.binding, 'exponential_avg_factor', requireNumber(forwardName, attrs, 'momentum')),
    ];
    const [y, newMean, newVariance, saved1, saved2, saved3] = native.executeMultipleOutputs(
      'FusedBatchNormV3',
      attributes,
      [x, gamma, beta, movingMean, movingVariance],
      6,
    );
    saved3!.dispose(); // work space of cuDNN, empty on the CPU
    return [y!, newMean!, newVariance!, saved1!, saved2!];
  },
};

/** Inputs { dy, x, gamma, saved1, saved2 }, attribute { epsilon }; outputs [dx, dgamma, dbeta]. */
export const batchNormTrainGrad: KernelConfig = {
  kernelName: gradientName,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const names = ['dy', 'x', 'gamma', 'saved1', 'saved2'] as const;
    const { dy, x, gamma, saved1, saved2 } = requireInputs(gradientName, inputs, names);
    const native = asNative(backend);
    const attributes = commonAttributes(native, requireNumber(gradientName, attrs, 'epsilon'));
    const saved3 = tensor1d([], 'float32');
    try {
      const tensors = [dy, x, gamma, saved1, saved2, saved3];
      const [dx, dgamma, dbeta, ...unused] = native.executeMultipleOutputs(
        'FusedBatchNormGradV3',
        attributes,
        tensors,
        5,
      );
      for (const tensor of unused) tensor.dispose();
      return [dx!, dgamma!, dbeta!];
    } finally {
      saved3.dispose();
    }
  },
};

function commonAttributes({ binding }: NativeBackend, epsilon: number): OpAttribute[] {
  return [
    typeAttribute(binding, 'T', 'float32'),
    typeAttribute(binding, 'U', 'float32'),
    floatAttribute(binding, 'epsilon', epsilon),
    stringAttribute(binding, 'data_format', 'NHWC'),
    boolAttribute(binding, 'is_training', true),
  ];
}
