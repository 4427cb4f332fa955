// Batch norm in training, by the operations of native/norms/batch-norm.cc, with PyTorch's meaning of momentum. An addition
// and a ReLU behind it are part of the same pass over memory.
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { asNative, NATIVE_BACKEND } from '../backend/native-backend.js';
import { activationType } from './activation-type.js';
import { requireInputs, requireNumber } from './arguments.js';
import { boolAttribute, floatAttribute, intAttribute } from './attributes.js';

const GRADIENT = 'BatchNormTrainGrad';

/**
 * Inputs { x [..., channels], gamma, beta, movingMean, movingVariance [channels], residual like x or absent }, attributes
 * { epsilon, momentum }; outputs [y, newMovingMean, newMovingVariance, mean, inverseDeviation]. x, residual and y are
 * float32 or bfloat16, all else float32. The moving averages become (1 - momentum) · moving + momentum · batch, with the
 * unbiased variance; normalising uses the biased one. The same bits for any number of threads.
 */
export const batchNormTrain = forwardOperation('BatchNormTrain', false);

/** The same with max(·, 0) at the end. */
export const batchNormReluTrain = forwardOperation('BatchNormReluTrain', true);

function forwardOperation(name: string, isRelu: boolean): KernelConfig {
  return {
    kernelName: name,
    backendName: NATIVE_BACKEND,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const names = ['x', 'gamma', 'beta', 'movingMean', 'movingVariance'] as const;
      const { x, gamma, beta, movingMean, movingVariance } = requireInputs(name, inputs, names);
      const residuals = inputs.residual === undefined ? [] : [inputs.residual];
      const native = asNative(backend);
      const attributes = [
        activationType(native, x),
        intAttribute(native.binding, 'num_residuals', residuals.length),
        floatAttribute(native.binding, 'epsilon', requireNumber(name, attrs, 'epsilon')),
        floatAttribute(native.binding, 'momentum', requireNumber(name, attrs, 'momentum')),
        boolAttribute(native.binding, 'relu', isRelu),
      ];
      const tensors = [x, gamma, beta, movingMean, movingVariance, ...residuals];
      return native.executeMultipleOutputs('NormTrain', attributes, tensors, 5);
    },
  };
}

/**
 * Inputs { dy, x, gamma, mean, inverseDeviation, y where a ReLU followed, else absent }, attribute { hasResidual };
 * outputs [dx, dgamma, dbeta] and, with a residual, its gradient.
 */
export const batchNormTrainGrad: KernelConfig = {
  kernelName: GRADIENT,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const names = ['dy', 'x', 'gamma', 'mean', 'inverseDeviation'] as const;
    const { dy, x, gamma, mean, inverseDeviation } = requireInputs(GRADIENT, inputs, names);
    const outputs = inputs.y === undefined ? [] : [inputs.y];
    const native = asNative(backend);
    const numResiduals = attrs?.hasResidual === true ? 1 : 0;
    const attributes = [
      activationType(native, x),
      intAttribute(native.binding, 'num_residuals', numResiduals),
      intAttribute(native.binding, 'num_outputs', outputs.length),
      boolAttribute(native.binding, 'relu', outputs.length > 0),
    ];
    const tensors = [dy, x, gamma, mean, inverseDeviation, ...outputs];
    return native.executeMultipleOutputs('NormTrainGrad', attributes, tensors, 3 + numResiduals);
  },
};
