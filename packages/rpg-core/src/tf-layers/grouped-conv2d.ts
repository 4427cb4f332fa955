// The stock two-dimensional convolution with groups, which tfjs's op does not have.
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { Conv2D, ConvLayerArgs } from '@tensorflow/tfjs-layers/dist/layers/convolutional.js';
import { stockClassOf } from './convert/stock-class.js';

/** Settings of the stock layer and the number of groups. */
export interface GroupedConv2DArgs extends ConvLayerArgs {
  /** Channels in and filters are cut into so many groups, convolved apart; divides both. Default 1. */
  readonly groups?: number | null;
}

const StockConv2D = stockClassOf(tfl.layers.conv2d, { filters: 1, kernelSize: 1 });

/** Kernel [height, width, inChannels / groups, filters]; one convolution a group, side by side. */
export class GroupedConv2D extends StockConv2D {
  readonly groups: number;

  constructor(args: GroupedConv2DArgs) {
    super(args);
    const groups = args.groups ?? 1;
    if (!Number.isInteger(groups) || groups < 1 || args.filters % groups !== 0) {
      throw new RangeError(
        `Layer '${this.name}': groups is ${groups}, expected a positive integer that divides ${args.filters} filters.`,
      );
    }
    this.groups = groups;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const [shape] = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as tfl.Shape[];
    const axis = this.dataFormat === 'channelsFirst' ? 1 : 3;
    const inChannels = shape![axis];
    if (this.groups === 1 || inChannels == null) {
      super.build(inputShape);
      return;
    }
    if (inChannels % this.groups !== 0) {
      throw new RangeError(`Layer '${this.name}': ${this.groups} groups do not divide ${inChannels} channels in.`);
    }
    super.build(shape!.map((size, i) => (i === axis ? inChannels / this.groups : size)));
    this.inputSpec = [new tfl.InputSpec({ ndim: 4, axes: { [axis]: inChannels } })];
  }

  override call(
    inputs: tf.Tensor | tf.Tensor[],
    callArguments: Parameters<Conv2D['call']>[1],
  ): tf.Tensor | tf.Tensor[] {
    if (this.groups === 1) return super.call(inputs, callArguments);
    return tf.tidy(() => {
      const [first] = Array.isArray(inputs) ? inputs : [inputs];
      const isChannelsFirst = this.dataFormat === 'channelsFirst';
      const x = isChannelsFirst ? tf.transpose(first!, [0, 2, 3, 1]) : first!; // [batch, height, width, inChannels]
      const kernels = tf.split<tf.Tensor4D>(this.kernel.read(), this.groups, 3);
      const parts = tf
        .split<tf.Tensor4D>(x, this.groups, 3)
        .map((part, i) =>
          tf.conv2d(part, kernels[i]!, this.pair(this.strides), this.mode(), 'NHWC', this.pair(this.dilationRate)),
        );
      let y: tf.Tensor = tf.concat(parts, 3); // [batch, height', width', filters]
      // The stock class types a bias that may be absent as present.
      const bias = this.bias as tfl.LayerVariable | null;
      if (bias !== null) y = tf.add(y, bias.read());
      const activated = this.activation.apply(y);
      return isChannelsFirst ? tf.transpose(activated, [0, 3, 1, 2]) : activated;
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), groups: this.groups };
  }

  private pair(size: number | number[]): [number, number] {
    return Array.isArray(size) ? [size[0]!, size[1]!] : [size, size];
  }

  private mode(): 'same' | 'valid' {
    return this.padding === 'same' ? 'same' : 'valid';
  }
}
