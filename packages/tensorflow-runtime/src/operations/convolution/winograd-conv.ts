// Convolutions of 3×3 kernels with stride 1 by Winograd's algorithm (native/convolution/winograd.h), which takes a quarter of
// the products: more than twice as fast as oneDNN's. Its results differ from the definition's by rounding, some 1e-5 of the
// largest. In bfloat16 activations and kernels are rounded as for oneDNN, sums and everything between are float32.
import type { KernelConfig, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { isBfloat16 } from '../../backend/bfloat16-handles.js';
import { asNative, NATIVE_BACKEND, type NativeBackend } from '../../backend/native-backend.js';
import { activationType } from '../activation-type.js';
import { type OperationCall, requireInputs } from '../arguments.js';
import { boolAttribute } from '../attributes.js';

/** Channels have to be a multiple of it: what the loops of native/ multiply at a time. */
const PANEL = 16;

/** Pixels along the side of what one transformed patch gives. */
const TILE = 4;

/** What decides whether a convolution is faster by Winograd's algorithm. */
export interface ConvolutionSize {
  /** Of x: batch, height, width, channels. */
  readonly image: readonly number[];
  /** height, width, inChannels, outChannels */
  readonly kernel: readonly number[];
  readonly precision: 'float32' | 'bfloat16';
  /** Whether the kernel is transformed once for many calls. */
  readonly isFrozen: boolean;
}

/**
 * Whether Winograd's algorithm is faster for a convolution of stride 1 that keeps the size. Counts products for each pair
 * of channels, as measured on Zen 4 with AVX-512: a tile's 36 and its transforms are worth 50 of oneDNN's, reading the
 * transformed kernel 500, transforming it 1,200 more; oneDNN's products in bfloat16 are worth half.
 */
export function isFasterByWinograd({ image, kernel, precision, isFrozen }: ConvolutionSize): boolean {
  const [batch, height, width] = image as [number, number, number];
  const [kernelHeight, kernelWidth, inChannels, outChannels] = kernel as [number, number, number, number];
  if (kernelHeight !== 3 || kernelWidth !== 3 || inChannels % PANEL !== 0 || outChannels % PANEL !== 0) return false;
  const tiles = batch * Math.ceil(height / TILE) * Math.ceil(width / TILE);
  const direct = 9 * batch * height * width * (precision === 'bfloat16' ? 0.5 : 1);
  return direct > 50 * tiles + 500 + (isFrozen ? 0 : 1200);
}

const ours = new WeakSet<KernelConfig>();
/** Whether TensorFlow runs on the CPU, for which operations of our own are written: whether the algorithm took over. */
export function hasOwnConvolutions(): boolean {
  return ours.has(getKernel('Conv2D', NATIVE_BACKEND));
}

/** Puts the algorithm in front of tfjs-node-gpu's own implementations, which go on with all other cases; once. */
export function takeOverByWinograd(): void {
  takeOver('Conv2D', (native, { inputs }) => {
    const { x, filter } = requireInputs('Conv2D', inputs, ['x', 'filter']);
    return { images: [x], kernelShape: filter.shape, run: () => convolve(native, x, filter, false) };
  });
  // The result has the size of x, so that the gradients are convolutions of the same kind.
  takeOver('Conv2DBackpropInput', (native, { inputs }) => {
    const { dy, filter } = requireInputs('Conv2DBackpropInput', inputs, ['dy', 'filter']);
    return { images: [dy], kernelShape: filter.shape, run: () => convolve(native, dy, filter, true) };
  });
  takeOver('Conv2DBackpropFilter', (native, { inputs, attrs }) => {
    const { x, dy } = requireInputs('Conv2DBackpropFilter', inputs, ['x', 'dy']);
    const { filterShape } = attrs as unknown as ConvolutionAttributes;
    const run = (): Tensor => native.executeSingleOutput('WinogradFilterGrad', [activationType(native, x)], [x, dy]);
    return { images: [x, dy], kernelShape: filterShape!, run };
  });
}

function convolve(native: NativeBackend, x: TensorInfo, kernel: TensorInfo, isGradient: boolean): Tensor {
  const attributes = [activationType(native, x), boolAttribute(native.binding, 'is_gradient', isGradient)];
  return native.executeSingleOutput('WinogradConv2D', attributes, [x, kernel]);
}

/** One of the three operations of a convolution, as it is called. */
interface ConvolutionCall {
  /** Of the size of x. */
  readonly images: readonly TensorInfo[];
  readonly kernelShape: readonly number[];
  readonly run: () => Tensor;
}

function takeOver(name: string, callOf: (native: NativeBackend, call: OperationCall) => ConvolutionCall): void {
  const own = getKernel(name, NATIVE_BACKEND);
  if (ours.has(own)) return;
  const taken: KernelConfig = {
    kernelName: name,
    backendName: NATIVE_BACKEND,
    kernelFunc: (call) => {
      const native = asNative(call.backend);
      if (native.isTraced === true || !keepsSize(call.attrs)) return own.kernelFunc(call);
      const { images, kernelShape, run } = callOf(native, call);
      const [precision, other = precision] = images.map((image) =>
        isBfloat16(native, image) ? ('bfloat16' as const) : ('float32' as const),
      );
      const size = { image: images[0]!.shape, kernel: kernelShape, precision: precision!, isFrozen: false } as const;
      return precision === other && isFasterByWinograd(size) ? run() : own.kernelFunc(call);
    },
  };
  ours.add(taken);
  unregisterKernel(name, NATIVE_BACKEND);
  registerKernel(taken);
}

/** Whether it is a convolution with a stride of 1 and zeros around. */
function keepsSize(attrs: OperationCall['attrs']): boolean {
  const { strides, pad, dilations = 1, dataFormat } = attrs as unknown as ConvolutionAttributes;
  return dataFormat === 'NHWC' && pad === 'same' && isOne(strides) && isOne(dilations);
}

interface ConvolutionAttributes {
  readonly strides: number | readonly number[];
  readonly pad: string | number;
  readonly dilations?: number | readonly number[];
  readonly dataFormat: string;
  /** Of a filter gradient. */
  readonly filterShape?: readonly number[];
}

function isOne(size: number | readonly number[]): boolean {
  return [size].flat().every((side) => side === 1);
}
