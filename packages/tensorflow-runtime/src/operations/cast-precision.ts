// The cast between float32 and bfloat16 by which rpg-core's layers enter and leave a network that computes in bfloat16.
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { castHandle, isBfloat16 } from '../backend/bfloat16-handles.js';
import { asNative, NATIVE_BACKEND } from '../backend/native-backend.js';
import { requireInputs } from './arguments.js';

const OPERATION = 'CastPrecision';

/**
 * Input { x }, attribute { to: 'float32' | 'bfloat16' }; output [x in that precision]. Being registered tells rpg-core
 * that this backend has bfloat16.
 */
export const castPrecision: KernelConfig = {
  kernelName: OPERATION,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { x } = requireInputs(OPERATION, inputs, ['x']);
    const to: unknown = attrs?.to;
    if (to !== 'float32' && to !== 'bfloat16') {
      throw new TypeError(`${OPERATION} was called with to = ${String(to)}, expected 'float32' or 'bfloat16'.`);
    }
    const native = asNative(backend);
    if (isBfloat16(native, x) === (to === 'bfloat16')) {
      throw new TypeError(`${OPERATION}: the tensor [${x.shape.join(', ')}] is ${to} already; leave the cast out.`);
    }
    return [castHandle(native, x, to)];
  },
};
