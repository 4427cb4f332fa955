// rpg-core's index arrays by the operation of native/ring/index-array.cc: the same bits, on all threads.
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { asNative, NATIVE_BACKEND } from '../backend/native-backend.js';
import { requireInputs, requireNumber } from './arguments.js';
import { boolAttribute, intAttribute } from './attributes.js';

const KERNEL_NAME = 'RpgIndexArray';

/**
 * Input { states }: int32 [3 + B, 4], the random streams of the remainder, the signs, the choice of buckets and of each
 * of the B buckets. Attributes { ringSize, numGenerated, reflect }; output int32 [numGenerated].
 */
export const ringIndexArray: KernelConfig = {
  kernelName: KERNEL_NAME,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { states } = requireInputs(KERNEL_NAME, inputs, ['states'] as const);
    const native = asNative(backend);
    return native.executeSingleOutput(
      'RingIndexArray',
      [
        intAttribute(native.binding, 'ring_size', requireNumber(KERNEL_NAME, attrs, 'ringSize')),
        intAttribute(native.binding, 'num_generated', requireNumber(KERNEL_NAME, attrs, 'numGenerated')),
        boolAttribute(native.binding, 'reflect', attrs?.reflect === true),
      ],
      [states],
    );
  },
};
