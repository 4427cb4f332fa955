// The attribute that tells an operation whether its activations are float32 or bfloat16.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { isBfloat16, TF_BFLOAT16 } from '../backend/bfloat16-handles.js';
import type { NativeBackend, OpAttribute } from '../backend/native-backend.js';

/** T of operations that take float32 and bfloat16: as x is. */
export function activationType(native: NativeBackend, x: TensorInfo): OpAttribute {
  return precisionType(native, isBfloat16(native, x) ? 'bfloat16' : 'float32');
}

/** T of operations that give either. */
export function precisionType({ binding }: NativeBackend, precision: 'float32' | 'bfloat16'): OpAttribute {
  return { name: 'T', type: binding.TF_ATTR_TYPE, value: precision === 'bfloat16' ? TF_BFLOAT16 : binding.TF_FLOAT };
}
