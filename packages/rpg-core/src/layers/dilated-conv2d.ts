// Convolution whose kernel elements lie `dilation` pixels apart. tfjs has no gradient for it, so here it is an op of its own,
// made of plain convolutions: every `dilation`-th pixel, from each start, makes one of dilation² smaller images, and on
// these the kernel has no gaps.
import * as tf from '@tensorflow/tfjs-core';
import { ensureFilterGradient } from '../ops/conv2d-filter-gradient.js';
import { type PortableOp, runOp } from '../ops/portable-op.js';
import { kaimingFanOut, type SlotCollector, type SlotRole } from '../weights/slot.js';
import type { Layer } from './layer.js';

/** Settings of a dilated convolution. */
export interface DilatedConv2dOptions {
  readonly name: string;
  readonly inChannels: number;
  readonly outChannels: number;
  /** Height and width of the kernel, odd. */
  readonly kernelSize: number;
  /** Pixels from one element of the kernel to the next, 1 or more; at 1 it is a plain convolution. */
  readonly dilation: number;
  /** Default `backbone`: generated where the weight source has a ring. */
  readonly role?: SlotRole;
}

/**
 * Declares a convolution of stride 1 without bias: slot `<name>/kernel` [kernelSize, kernelSize, inChannels,
 * outChannels]. The input is padded by dilation · (kernelSize − 1) / 2 zeros on each side, which keeps its size.
 *
 * @returns the layer, from [batch, height, width, inChannels] to [batch, height, width, outChannels]
 * @throws RangeError for an even kernel size or a dilation below 1
 */
export function dilatedConv2d(slots: SlotCollector, options: DilatedConv2dOptions): Layer {
  const { name, inChannels, outChannels, kernelSize, dilation, role = 'backbone' } = options;
  if (!Number.isInteger(dilation) || dilation < 1) {
    throw new RangeError(`dilatedConv2d '${name}': dilation is ${dilation}, expected an integer of 1 or more.`);
  }
  if (kernelSize % 2 !== 1) {
    throw new RangeError(`dilatedConv2d '${name}': kernelSize is ${kernelSize}, expected an odd number.`);
  }
  const kernel = slots.declare({
    name: `${name}/kernel`,
    shape: [kernelSize, kernelSize, inChannels, outChannels],
    role,
    initializer: kaimingFanOut(kernelSize, kernelSize, outChannels),
  });
  return (x, { weights }) => {
    weights.applied?.(kernel, x.shape[1] * x.shape[2]);
    return runOp(dilatedConvOp, { x, kernel: weights.get(kernel) }, { dilation })[0] as tf.Tensor4D;
  };
}

interface DilationAttributes {
  readonly dilation: number;
}

const dilatedConvOp: PortableOp<DilationAttributes> = {
  name: 'DilatedConv2d',
  compose: ({ x, kernel }, { dilation }) => {
    const { border, excess } = marginsOf(x!, kernel!, dilation);
    const y = tf.conv2d(interleavedImages(x!, dilation, border, excess), kernel as tf.Tensor4D, 1, 'valid');
    return [wholeImage(y, dilation, 0, excess)];
  },
  gradient: {
    inputsToSave: ['x', 'kernel'],
    pullBack: ([dy], [x, kernel], attributes) => ({
      x: () => runOp(inputGradientOp, { dy: dy!, kernel: kernel! }, attributes)[0]!,
      kernel: () => {
        const filterShape = kernel!.shape as tf.Tensor4D['shape'];
        return runOp(filterGradientOp, { dy: dy!, x: x! }, { ...attributes, filterShape })[0]!;
      },
    }),
  },
};

const inputGradientOp: PortableOp<DilationAttributes> = {
  name: 'DilatedConv2dInputGrad',
  compose: ({ dy, kernel }, { dilation }) => {
    const { border, excess } = marginsOf(dy!, kernel!, dilation);
    const dImages = interleavedImages(dy!, dilation, 0, excess);
    const [batch, height, width] = dImages.shape;
    const reach = kernel!.shape[0] - 1;
    const shape: tf.Tensor4D['shape'] = [batch, height + reach, width + reach, kernel!.shape[2]!];
    return [
      wholeImage(tf.conv2dTranspose(dImages, kernel as tf.Tensor4D, shape, 1, 'valid'), dilation, border, excess),
    ];
  },
};

interface FilterGradientAttributes extends DilationAttributes {
  readonly filterShape: tf.Tensor4D['shape'];
}

const filterGradientOp: PortableOp<FilterGradientAttributes> = {
  name: 'DilatedConv2dFilterGrad',
  compose: ({ dy, x }, { dilation, filterShape }) => {
    ensureFilterGradient();
    const border = (dilation * (filterShape[0] - 1)) / 2;
    const excess = excessOf(x!, dilation, border);
    const inputs = {
      x: interleavedImages(x!, dilation, border, excess),
      dy: interleavedImages(dy!, dilation, 0, excess),
    };
    const attributes = { strides: 1, pad: 'valid', dataFormat: 'NHWC', filterShape };
    return [tf.engine().runKernel<tf.Tensor>('Conv2DBackpropFilter', inputs, attributes)];
  },
};

/** Zeros around an image: `border` on each side, and at the end `excess` more, up to a multiple of the dilation. */
interface Margins {
  readonly border: number;
  readonly excess: readonly [height: number, width: number];
}

function marginsOf(image: tf.Tensor, kernel: tf.Tensor, dilation: number): Margins {
  const border = (dilation * (kernel.shape[0] - 1)) / 2;
  return { border, excess: excessOf(image, dilation, border) };
}

function excessOf({ shape }: tf.Tensor, dilation: number, border: number): Margins['excess'] {
  const missing = (size: number): number => (dilation - ((size + 2 * border) % dilation)) % dilation;
  return [missing(shape[1]!), missing(shape[2]!)];
}

/** @returns [dilation² · batch, …, …, channels]: every `dilation`-th pixel in both directions, from each start */
function interleavedImages(
  image: tf.Tensor,
  dilation: number,
  border: number,
  [height, width]: Margins['excess'],
): tf.Tensor4D {
  const paddings = [[border, border + height], [border, border + width]]; // prettier-ignore
  return tf.spaceToBatchND(image as tf.Tensor4D, [dilation, dilation], paddings);
}

/** Undoes `interleavedImages`. */
function wholeImage(
  images: tf.Tensor4D,
  dilation: number,
  border: number,
  [height, width]: Margins['excess'],
): tf.Tensor4D {
  const crops = [[border, border + height], [border, border + width]]; // prettier-ignore
  return tf.batchToSpaceND(images, [dilation, dilation], crops);
}
