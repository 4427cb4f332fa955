// Softmax cross-entropy from integer labels: losses and their gradient from one pass over the logits.
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { asNative, NATIVE_BACKEND } from '../backend/native-backend.js';
import { requireInputs } from './arguments.js';
import { typeAttribute } from './attributes.js';

const OPERATION = 'SparseSoftmaxCrossEntropy';

/**
 * Inputs { logits [batch, classes] float32, labels [batch] int32 }; outputs [losses [batch], dlogits [batch, classes]],
 * dlogits being the gradient of each example's own loss. A label outside the classes is TensorFlow's error.
 */
export const sparseSoftmaxCrossEntropy: KernelConfig = {
  kernelName: OPERATION,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, backend }) => {
    const { logits, labels } = requireInputs(OPERATION, inputs, ['logits', 'labels']);
    const native = asNative(backend);
    const attributes = [
      typeAttribute(native.binding, 'T', 'float32'),
      typeAttribute(native.binding, 'Tlabels', 'int32'),
    ];
    return native.executeMultipleOutputs('SparseSoftmaxCrossEntropyWithLogits', attributes, [logits, labels], 2);
  },
};
