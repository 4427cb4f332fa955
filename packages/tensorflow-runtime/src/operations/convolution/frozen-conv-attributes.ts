// Tells our frozen convolutions which of bias, addition and ReLU follow (native/convolution/frozen-convolution.h).
import type { NativeBackend, OpAttribute } from '../../backend/native-backend.js';
import { boolAttribute, intAttribute } from '../attributes.js';

/** Which of these there are; the tensors are inputs behind x and kernel, in this order. */
export interface BehindConvolution {
  readonly bias?: unknown;
  readonly addition?: unknown;
  readonly hasRelu?: boolean;
}

export function frozenConvAttributes(
  { binding }: NativeBackend,
  { bias, addition, hasRelu = false }: BehindConvolution,
): OpAttribute[] {
  return [
    intAttribute(binding, 'num_biases', bias === undefined ? 0 : 1),
    intAttribute(binding, 'num_additions', addition === undefined ? 0 : 1),
    boolAttribute(binding, 'has_relu', hasRelu),
  ];
}
