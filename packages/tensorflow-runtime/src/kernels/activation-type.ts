// The attribute by which an operation learns what its activations are kept in.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { isBfloat16, TF_BFLOAT16 } from '../bfloat16-handles.js';
import type { NativeBackend, OpAttribute } from '../native-backend.js';

/** T of operations that take float32 and bfloat16: as x is. */
export function activationType(native: NativeBackend, x: TensorInfo): OpAttribute {
  const { TF_ATTR_TYPE, TF_FLOAT } = native.binding;
  return { name: 'T', type: TF_ATTR_TYPE, value: isBfloat16(native, x) ? TF_BFLOAT16 : TF_FLOAT };
}
