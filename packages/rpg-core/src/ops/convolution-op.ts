// The convolution of training: tfjs's, with a gradient that frees what it has read.
import * as tf from '@tensorflow/tfjs-core';
import { ensureFilterGradient } from './conv2d-filter-gradient.js';
import { asExpendable, spend } from './gradient-memory.js';
import { type PortableOp, runOp } from './portable-op.js';

interface ConvolutionAttributes {
  readonly stride: number;
  readonly mode: 'valid' | 'same';
}

const convolutionOp: PortableOp<ConvolutionAttributes> = {
  name: 'TrainingConv2d',
  compose: ({ x, kernel }, { stride, mode }) => [tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, stride, mode)],
  gradient: {
    inputsToSave: ['x', 'kernel'],
    pullBack: ([dy], [x, kernel], { stride, mode }) => {
      const attributes = { strides: [stride, stride], pad: mode, dataFormat: 'NHWC', dimRoundingMode: undefined };
      const run = (name: string, inputs: tf.NamedTensorMap, own: object): tf.Tensor =>
        tf.engine().runKernel(name, inputs, { ...attributes, ...own } as unknown as tf.NamedAttrMap);
      return {
        x: () => asExpendable(run(tf.Conv2DBackpropInput, { dy: dy!, filter: kernel! }, { inputShape: x!.shape })),
        // tfjs asks for gradients in the order of the inputs: this is the last use.
        kernel: () => {
          ensureFilterGradient();
          const dKernel = run(tf.Conv2DBackpropFilter, { x: x!, dy: dy! }, { filterShape: kernel!.shape });
          spend(dy!);
          x!.dispose();
          return asExpendable(dKernel);
        },
      };
    },
  },
};

/**
 * Two-dimensional convolution, differentiable with respect to both.
 *
 * @param x [batch, height, width, inChannels]
 * @param kernel [height, width, inChannels, outChannels]
 */
export function convolve(x: tf.Tensor4D, kernel: tf.Tensor4D, attributes: ConvolutionAttributes): tf.Tensor4D {
  return runOp(convolutionOp, { x, kernel }, attributes)[0] as tf.Tensor4D;
}
