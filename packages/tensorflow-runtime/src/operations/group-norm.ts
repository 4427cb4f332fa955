// Group norm by the operations of native/norms/group-norm.cc; an addition and a ReLU behind it are part of the same pass.
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { asNative, NATIVE_BACKEND } from '../backend/native-backend.js';
import { requireInputs, requireNumber } from './arguments.js';
import { boolAttribute, floatAttribute, intAttribute } from './attributes.js';

const GRADIENT = 'GroupNormGrad';

/**
 * Inputs { x [batch, ..., channels], gamma, beta [channels], residual like x or absent }, attributes { numGroups, epsilon };
 * outputs [y, mean, inverseDeviation], the last two [batch, numGroups]; all float32. The same bits for any number of
 * threads, and for an image whatever the rest of its batch is.
 */
export const groupNorm = forwardOperation('GroupNorm', false);

/** The same with max(·, 0) at the end. */
export const groupNormRelu = forwardOperation('GroupNormRelu', true);

function forwardOperation(name: string, isRelu: boolean): KernelConfig {
  return {
    kernelName: name,
    backendName: NATIVE_BACKEND,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, gamma, beta } = requireInputs(name, inputs, ['x', 'gamma', 'beta']);
      const residuals = inputs.residual === undefined ? [] : [inputs.residual];
      const native = asNative(backend);
      const attributes = [
        intAttribute(native.binding, 'num_residuals', residuals.length),
        intAttribute(native.binding, 'groups', requireNumber(name, attrs, 'numGroups')),
        floatAttribute(native.binding, 'epsilon', requireNumber(name, attrs, 'epsilon')),
        boolAttribute(native.binding, 'relu', isRelu),
      ];
      return native.executeMultipleOutputs('NormGroups', attributes, [x, gamma, beta, ...residuals], 3);
    },
  };
}

/**
 * Inputs { dy, x, gamma, mean, inverseDeviation, y where a ReLU followed, else absent }, attributes { numGroups,
 * hasResidual }; outputs [dx, dgamma, dbeta] and, with a residual, its gradient.
 */
export const groupNormGrad: KernelConfig = {
  kernelName: GRADIENT,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const names = ['dy', 'x', 'gamma', 'mean', 'inverseDeviation'] as const;
    const { dy, x, gamma, mean, inverseDeviation } = requireInputs(GRADIENT, inputs, names);
    const outputs = inputs.y === undefined ? [] : [inputs.y];
    const native = asNative(backend);
    const numResiduals = attrs?.hasResidual === true ? 1 : 0;
    const attributes = [
      intAttribute(native.binding, 'num_residuals', numResiduals),
      intAttribute(native.binding, 'num_outputs', outputs.length),
      intAttribute(native.binding, 'groups', requireNumber(GRADIENT, attrs, 'numGroups')),
      boolAttribute(native.binding, 'relu', outputs.length > 0),
    ];
    const tensors = [dy, x, gamma, mean, inverseDeviation, ...outputs];
    return native.executeMultipleOutputs('NormGroupsGrad', attributes, tensors, 3 + numResiduals);
  },
};
