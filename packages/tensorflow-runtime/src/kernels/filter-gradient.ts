// The filter gradient of convolutions in bfloat16 where images are small: oneDNN adds over a row of the image at a time,
// and rows of 4 or 8 pixels leave most of its bfloat16 units idle. There it is one product of matrices instead.
import { getKernel, registerKernel, unregisterKernel, backend_util, type KernelConfig } from '@tensorflow/tfjs-core';
import type { Conv2DBackpropFilterAttrs, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { isBfloat16, TF_BFLOAT16 } from '../bfloat16-handles.js';
import { asNative, NATIVE_BACKEND, type NativeBackend } from '../native-backend.js';
import { requireInputs } from './arguments.js';
import { boolAttribute, intAttribute } from './attributes.js';
import { reshaped } from './reshaped.js';

const kernelName = 'Conv2DBackpropFilter';

/** The widest gradient whose filter gradient is faster as a product of matrices. */
const WIDEST = 8;

/** Puts the product in front of tfjs-node-gpu's own kernel, which goes on with all other cases. */
export function registerFilterGradient(): void {
  const own = getKernel(kernelName, NATIVE_BACKEND);
  unregisterKernel(kernelName, NATIVE_BACKEND);
  registerKernel(withPatches(own));
}

function withPatches(own: KernelConfig): KernelConfig {
  return {
    kernelName,
    backendName: NATIVE_BACKEND,
    kernelFunc: (params) => {
      const native = asNative(params.backend);
      const { x, dy } = requireInputs(kernelName, params.inputs, ['x', 'dy']);
      const attributes = params.attrs as unknown as Conv2DBackpropFilterAttrs;
      const window = windowOf(x, attributes);
      const isSmall = dy.shape[2]! <= WIDEST && isBfloat16(native, x) && isBfloat16(native, dy);
      if (!isSmall || window === null) return own.kernelFunc(params);
      return byPatches(native, { x, dy, window, filterShape: attributes.filterShape });
    },
  };
}

interface Window {
  readonly kernelSize: number;
  readonly stride: number;
  /** Zeros on each side. */
  readonly padding: number;
}

/** Null for windows that are not square or padded unevenly. */
function windowOf(x: TensorInfo, attributes: Conv2DBackpropFilterAttrs): Window | null {
  const { strides, pad, dimRoundingMode, filterShape, dataFormat } = attributes;
  if (dataFormat !== 'NHWC') return null;
  const shape = x.shape as [number, number, number, number];
  const info = backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode);
  const { top, bottom, left, right } = info.padInfo;
  const isSquare = info.filterHeight === info.filterWidth && info.strideHeight === info.strideWidth;
  if (!isSquare || new Set([top, bottom, left, right]).size > 1) return null;
  return { kernelSize: info.filterWidth, stride: info.strideWidth, padding: top };
}

interface PatchesInputs {
  readonly x: TensorInfo;
  readonly dy: TensorInfo;
  readonly window: Window;
  readonly filterShape: readonly number[];
}

/** ∂ℓ/∂K [kernelSize² · inChannels, outChannels] = patchesᵀ · dy, both with one row an output pixel. */
function byPatches(native: NativeBackend, { x, dy, window, filterShape }: PatchesInputs): TensorInfo {
  const { binding } = native;
  const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: TF_BFLOAT16 };
  const [batch, height, width, outChannels] = dy.shape as [number, number, number, number];
  const made: Tensor[] = [];
  const keep = (tensor: Tensor): Tensor => {
    made.push(tensor);
    return tensor;
  };
  try {
    const attributes = [
      type,
      intAttribute(binding, 'kernel_size', window.kernelSize),
      intAttribute(binding, 'stride', window.stride),
      intAttribute(binding, 'padding', window.padding),
    ];
    const patches = keep(native.executeSingleOutput('ImagePatches', attributes, [x]));
    const rows = keep(reshaped(dy, [batch * height * width, outChannels]));
    const product = keep(
      native.executeSingleOutput(
        'MatMul',
        [type, boolAttribute(binding, 'transpose_a', true), boolAttribute(binding, 'transpose_b', false)],
        [patches, rows],
      ),
    );
    return reshaped(product, filterShape);
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}
