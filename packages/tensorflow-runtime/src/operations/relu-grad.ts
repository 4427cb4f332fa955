// Gradient of relu as one pass over memory; tfjs's own is composed of four.
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { asNative, NATIVE_BACKEND } from '../backend/native-backend.js';
import { requireInputs } from './arguments.js';
import { typeAttribute } from './attributes.js';

const OPERATION = 'ReluGrad';

/** Inputs { dy, y }, y being relu's output (or its input: only its sign counts); output [dx]. */
export const reluGrad: KernelConfig = {
  kernelName: OPERATION,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, backend }) => {
    const { dy, y } = requireInputs(OPERATION, inputs, ['dy', 'y']);
    const native = asNative(backend);
    return [native.executeSingleOutput('ReluGrad', [typeAttribute(native.binding, 'T', 'float32')], [dy, y])];
  },
};
