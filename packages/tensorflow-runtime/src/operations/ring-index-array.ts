// Draws rpg-core's index arrays by the operation of native/ring/index-array.cc: the same bits, by all threads together.
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { asNative, NATIVE_BACKEND } from '../backend/native-backend.js';
import { requireInputs, requireNumber } from './arguments.js';
import { boolAttribute, intAttribute } from './attributes.js';

const OPERATION = 'RpgIndexArray';

/**
 * Input { states }: int32 [3 + B, 4], the random streams of the remainder, the signs, the choice of buckets and of each
 * of the B buckets. Attributes { ringSize, numGenerated, reflect }; output int32 [numGenerated].
 */
export const ringIndexArray: KernelConfig = {
  kernelName: OPERATION,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { states } = requireInputs(OPERATION, inputs, ['states'] as const);
    const native = asNative(backend);
    return native.executeSingleOutput(
      'RingIndexArray',
      [
        intAttribute(native.binding, 'ring_size', requireNumber(OPERATION, attrs, 'ringSize')),
        intAttribute(native.binding, 'num_generated', requireNumber(OPERATION, attrs, 'numGenerated')),
        boolAttribute(native.binding, 'reflect', attrs?.reflect === true),
      ],
      [states],
    );
  },
};
