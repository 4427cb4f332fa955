// The filter gradient of convolutions as one product of matrices, where oneDNN's own is slow or wrong:
//
// - in bfloat16 on small images: oneDNN adds over a row of the image at a time, and rows of 4 or 8 pixels leave most of
//   its bfloat16 units idle;
// - of 1×1 kernels with a stride: on processors with AVX-512, TensorFlow 2.21 writes past its memory there (8 channels of
//   32×32 pixels to 16 at stride 2, batch 1, ends the process with "corrupted double-linked list").
import type { Conv2DBackpropFilterAttrs, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { backend_util, getKernel, type KernelConfig, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { isBfloat16 } from '../../backend/bfloat16-handles.js';
import { asNative, NATIVE_BACKEND, type NativeBackend } from '../../backend/native-backend.js';
import { activationType } from '../activation-type.js';
import { requireInputs } from '../arguments.js';
import { boolAttribute, intAttribute } from '../attributes.js';
import { reshaped } from '../reshaped.js';

const OPERATION = 'Conv2DBackpropFilter';

/** The widest gradient whose filter gradient is faster as a product of matrices. */
const WIDEST = 8;

const ours = new WeakSet<KernelConfig>();

/** Puts the product in front of tfjs-node-gpu's own implementation, which goes on with all other cases; once. */
export function takeOverFilterGradient(): void {
  const own = getKernel(OPERATION, NATIVE_BACKEND);
  if (ours.has(own)) return;
  const taken = withPatches(own);
  ours.add(taken);
  unregisterKernel(OPERATION, NATIVE_BACKEND);
  registerKernel(taken);
}

function withPatches(own: KernelConfig): KernelConfig {
  return {
    kernelName: OPERATION,
    backendName: NATIVE_BACKEND,
    kernelFunc: (call) => {
      const native = asNative(call.backend);
      const { x, dy } = requireInputs(OPERATION, call.inputs, ['x', 'dy']);
      const attributes = call.attrs as unknown as Conv2DBackpropFilterAttrs;
      const window = windowOf(x, attributes);
      if (window === null || isBfloat16(native, x) !== isBfloat16(native, dy)) return own.kernelFunc(call);
      const isSmall = dy.shape[2]! <= WIDEST && isBfloat16(native, x);
      const isPointwiseStrided = window.kernelSize === 1 && window.stride > 1;
      if (!isSmall && !isPointwiseStrided) return own.kernelFunc(call);
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
  const type = activationType(native, x);
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
