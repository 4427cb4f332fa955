// Updates all variables of training-kit's optimizers in one call, by the operations of native/optimizers/optimizer-update.cc.
import { type KernelConfig, tensor1d } from '@tensorflow/tfjs-core';
import { asNative, NATIVE_BACKEND } from '../backend/native-backend.js';
import { requireInputs } from './arguments.js';
import { intAttribute } from './attributes.js';

/** How many tensors of each variable a rule updates. */
const listCounts = {
  SgdUpdate: 1,
  SgdMomentumUpdate: 2,
  RmspropUpdate: 2,
  RmspropMomentumUpdate: 3,
  AdamUpdate: 3,
} as const;

/**
 * Inputs { 0, 1, … }: for each list that the rule updates one float32 tensor a variable, then their gradients; attribute
 * { settings }: the rule's numbers in the order of native/optimizers/optimizer-update.cc. Outputs: the updated lists, flat.
 */
export const optimizerUpdates: readonly KernelConfig[] = Object.entries(listCounts).map(([name, numLists]) => ({
  kernelName: name,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const native = asNative(backend);
    const positions = Object.keys(inputs).map((_, i) => String(i));
    const tensors = requireInputs(name, inputs, positions);
    const numVariables = positions.length / (numLists + 1);
    if (!Number.isInteger(numVariables)) {
      throw new TypeError(`${name} was called with ${positions.length} tensors, expected ${numLists + 1} a variable.`);
    }
    const settings = tensor1d(attrs?.settings as number[], 'float32');
    try {
      return native.executeMultipleOutputs(
        name,
        [intAttribute(native.binding, 'n', numVariables)],
        [...positions.map((position) => tensors[position]!), settings],
        numVariables * numLists,
      );
    } finally {
      settings.dispose();
    }
  },
}));
