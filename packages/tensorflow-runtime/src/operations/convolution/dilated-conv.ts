// Dilated convolution for rpg-core by TensorFlow's own operations: tfjs does not call their gradients with a dilation.
import { type KernelConfig, type Tensor, tensor, tensor1d, type TensorInfo } from '@tensorflow/tfjs-core';
import { asNative, NATIVE_BACKEND, type NativeBackend, type OpAttribute } from '../../backend/native-backend.js';
import { requireInputs, requireNumber } from '../arguments.js';
import { boolAttribute, intListAttribute, stringAttribute, typeAttribute } from '../attributes.js';

const FORWARD = 'DilatedConv2d';
const INPUT_GRADIENT = 'DilatedConv2dInputGrad';
const FILTER_GRADIENT = 'DilatedConv2dFilterGrad';

/**
 * Inputs { x [batch, height, width, inChannels], kernel [k, k, inChannels, outChannels] with k odd }, attribute
 * { dilation }; output [y [batch, height, width, outChannels]], padded with zeros to x's size.
 */
const dilatedConv: KernelConfig = {
  kernelName: FORWARD,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { x, kernel } = requireInputs(FORWARD, inputs, ['x', 'kernel']);
    const native = asNative(backend);
    const attributes = convAttributes(native, requireNumber(FORWARD, attrs, 'dilation'));
    return [native.executeSingleOutput('Conv2D', attributes, [x, kernel])];
  },
};

/** Inputs { dy, kernel }, attribute { dilation }; output [dx]. */
const dilatedConvInputGradient: KernelConfig = {
  kernelName: INPUT_GRADIENT,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { dy, kernel } = requireInputs(INPUT_GRADIENT, inputs, ['dy', 'kernel']);
    const shape = [...dy.shape.slice(0, 3), kernel.shape[2]!];
    return [inputGradient(asNative(backend), { dy, kernel, shape }, requireNumber(INPUT_GRADIENT, attrs, 'dilation'))];
  },
};

/** Inputs { dy, x }, attributes { dilation, filterShape }; output [dKernel], of shape `filterShape`. */
const dilatedConvFilterGradient: KernelConfig = {
  kernelName: FILTER_GRADIENT,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { dy, x } = requireInputs(FILTER_GRADIENT, inputs, ['dy', 'x']);
    const shape = requireFilterShape(attrs?.filterShape);
    return [filterGradient(asNative(backend), { dy, x, shape }, requireNumber(FILTER_GRADIENT, attrs, 'dilation'))];
  },
};

export const dilatedConvOperations = [dilatedConv, dilatedConvInputGradient, dilatedConvFilterGradient] as const;

/**
 * Whether this TensorFlow has gradients of dilated convolutions: on GPUs and with oneDNN (x86-64, unless
 * TF_ENABLE_ONEDNN_OPTS=0); its other CPU code refuses them, and callers then use their own composition.
 */
export function hasDilatedGradients(native: NativeBackend): boolean {
  const image = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
  const kernel = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3, 1, 1]);
  const made: Tensor[] = [];
  try {
    made.push(inputGradient(native, { dy: image, kernel, shape: image.shape }, 2));
    made.push(filterGradient(native, { dy: image, x: image, shape: kernel.shape }, 2));
    return true;
  } catch {
    return false;
  } finally {
    for (const tensorMade of [image, kernel, ...made]) tensorMade.dispose();
  }
}

interface InputGradientInputs {
  readonly dy: TensorInfo;
  readonly kernel: TensorInfo;
  readonly shape: number[];
}

function inputGradient(native: NativeBackend, inputs: InputGradientInputs, dilation: number): Tensor {
  const { dy, kernel, shape } = inputs;
  return withShape(shape, (sizes) =>
    native.executeSingleOutput('Conv2DBackpropInput', convAttributes(native, dilation), [sizes, kernel, dy]),
  );
}

interface FilterGradientInputs {
  readonly dy: TensorInfo;
  readonly x: TensorInfo;
  readonly shape: number[];
}

function filterGradient(native: NativeBackend, inputs: FilterGradientInputs, dilation: number): Tensor {
  const { dy, x, shape } = inputs;
  return withShape(shape, (sizes) =>
    native.executeSingleOutput('Conv2DBackpropFilter', convAttributes(native, dilation), [x, sizes, dy]),
  );
}

function withShape(shape: number[], run: (sizes: Tensor) => Tensor): Tensor {
  const sizes = tensor1d(shape, 'int32');
  try {
    return run(sizes);
  } finally {
    sizes.dispose();
  }
}

function convAttributes({ binding }: NativeBackend, dilation: number): OpAttribute[] {
  return [
    typeAttribute(binding, 'T', 'float32'),
    intListAttribute(binding, 'strides', [1, 1, 1, 1]),
    stringAttribute(binding, 'padding', 'SAME'),
    stringAttribute(binding, 'data_format', 'NHWC'),
    boolAttribute(binding, 'use_cudnn_on_gpu', true),
    intListAttribute(binding, 'dilations', [1, dilation, dilation, 1]),
  ];
}

function requireFilterShape(value: unknown): number[] {
  if (!Array.isArray(value) || value.length !== 4 || !value.every((size) => Number.isInteger(size))) {
    throw new TypeError(
      `${FILTER_GRADIENT} was called with filterShape = ${String(value)}, expected four integers: height, width, ` +
        'inChannels, outChannels.',
    );
  }
  return value as number[];
}
