// Adding one number a channel, and its gradient, each as one pass over memory.
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { castHandle, isBfloat16 } from '../backend/bfloat16-handles.js';
import { asNative, NATIVE_BACKEND } from '../backend/native-backend.js';
import { activationType } from './activation-type.js';
import { requireInputs } from './arguments.js';
import { stringAttribute } from './attributes.js';

/** Inputs { x [..., channels] float32 or bfloat16, bias [channels] float32 }; output [x + bias, of x's type]. */
export const biasAdd: KernelConfig = {
  kernelName: 'BiasAdd',
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, backend }) => {
    const { x, bias } = requireInputs('BiasAdd', inputs, ['x', 'bias']);
    const native = asNative(backend);
    const attributes = [activationType(native, x), stringAttribute(native.binding, 'data_format', 'NHWC')];
    if (!isBfloat16(native, x)) return [native.executeSingleOutput('BiasAdd', attributes, [x, bias])];
    const rounded = castHandle(native, bias, 'bfloat16');
    try {
      return [native.executeSingleOutput('BiasAdd', attributes, [x, rounded])];
    } finally {
      rounded.dispose();
    }
  },
};

/**
 * Input { dy [..., channels] float32 or bfloat16 }; output [its sum over all axes but the last, float32]. TensorFlow's
 * own adds up in dy's type, which loses digits in bfloat16.
 */
export const biasAddGrad: KernelConfig = {
  kernelName: 'BiasAddGrad',
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, backend }) => {
    const { dy } = requireInputs('BiasAddGrad', inputs, ['dy']);
    const native = asNative(backend);
    return [native.executeSingleOutput('ChannelSums', [activationType(native, dy)], [dy])];
  },
};
