// Kernels that stay from one prediction to the next, as long as the ring that they come from does not change.
import * as tf from '@tensorflow/tfjs-core';

export class KeptKernels {
  #kernels: readonly tf.Tensor[] = [];
  #dataId: object | undefined;

  /** Those of `ring` as it is now: every update of a variable gives it other data. Undefined where they are not kept. */
  of(ring: tf.Tensor): readonly tf.Tensor[] | undefined {
    return ring.dataId === this.#dataId ? this.#kernels : undefined;
  }

  /** Takes the kernels out of the tidy around, in the place of those that were kept before. */
  keep(ring: tf.Tensor, kernels: readonly tf.Tensor[]): void {
    this.dispose();
    for (const kernel of kernels) tf.keep(kernel);
    this.#kernels = kernels;
    this.#dataId = ring.dataId;
  }

  dispose(): void {
    tf.dispose([...this.#kernels]);
    this.#kernels = [];
    this.#dataId = undefined;
  }
}
