// A layer's variable whose first value is made when it is first read, because it depends on layers that come later.
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** A float32 vector; unless something is written before, `makeFirstValue` fills it when it is first read. */
export class LazyVariable extends tfl.LayerVariable {
  #makeFirstValue: (() => Float32Array) | undefined;

  constructor(size: number, name: string, makeFirstValue: () => Float32Array) {
    const placeholder = tf.zeros([size]);
    super(placeholder, 'float32', name);
    placeholder.dispose();
    this.#makeFirstValue = makeFirstValue;
  }

  override read(): tf.Tensor {
    const makeFirstValue = this.#makeFirstValue;
    if (makeFirstValue !== undefined) {
      const first = makeFirstValue(); // may throw: then the next read tries again
      this.#makeFirstValue = undefined;
      const value = tf.tensor1d(first);
      super.write(value);
      value.dispose();
    }
    return super.read();
  }

  override write(value: tf.Tensor): this {
    this.#makeFirstValue = undefined;
    return super.write(value);
  }
}
