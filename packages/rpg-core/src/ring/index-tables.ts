// A generation plan as tensors, in the two forms in which ops read it.
import * as tf from '@tensorflow/tfjs-core';
import type { GenerationPlan } from './generation-plan.js';
import { countUses, INDEX_MASK, NEGATIVE } from './index-array.js';

/**
 * The indices and scales of a plan on the device. Each tensor is made when it is first asked for: the portable composition
 * reads `forward` and `inverse`, a backend's own op the packed form.
 */
export class IndexTables {
  readonly #plan: GenerationPlan;
  #forward: tf.Tensor2D | undefined;
  #inverse: tf.Tensor3D | undefined;
  #packed: PackedPlan | undefined;

  constructor(plan: GenerationPlan) {
    this.#plan = plan;
  }

  /** @throws RangeError for an index outside the ring: a backend's op reads without checking */
  get packed(): PackedPlan {
    if (this.#packed === undefined) {
      const { signedIndices, slots } = this.#plan;
      checkIndices(this.#plan);
      this.#packed = {
        indices: tf.keep(tf.tensor1d(signedIndices, 'int32')),
        sizes: tf.keep(tf.tensor1d(Int32Array.from(slots, ({ slot }) => slot.size), 'int32')), // prettier-ignore
        scales: tf.keep(tf.tensor1d(Float32Array.from(slots, ({ scale }) => scale))),
      };
    }
    return this.#packed;
  }

  /** int32 [M, 1]: position in [W, −W]. */
  get forward(): tf.Tensor2D {
    this.#forward ??= tf.keep(tf.tensor2d(forwardIndices(this.#plan), [this.#plan.numGenerated, 1], 'int32'));
    return this.#forward;
  }

  /** int32 [uses, N, 1]: for each element of the ring the positions in [dK, −dK, 0] whose sum is its gradient. */
  get inverse(): tf.Tensor3D {
    if (this.#inverse === undefined) {
      const { table, numRows } = inverseIndices(this.#plan);
      this.#inverse = tf.keep(tf.tensor3d(table, [numRows, this.#plan.ringSize, 1], 'int32'));
    }
    return this.#inverse;
  }

  dispose(): void {
    this.#forward?.dispose();
    this.#inverse?.dispose();
    if (this.#packed !== undefined) tf.dispose({ ...this.#packed });
    this.#forward = undefined;
    this.#inverse = undefined;
    this.#packed = undefined;
  }
}

/** A plan as a backend's own op wants it. */
export interface PackedPlan {
  /** int32 [M], as `drawIndexArray` packs them; every position is inside the ring. */
  readonly indices: tf.Tensor1D;
  /** int32 [number of slots]; they add up to M. */
  readonly sizes: tf.Tensor1D;
  /** float32 [number of slots]. */
  readonly scales: tf.Tensor1D;
}

function checkIndices({ ringSize, signedIndices }: GenerationPlan): void {
  const position = signedIndices.findIndex((signed) => (signed & INDEX_MASK) >= ringSize);
  if (position !== -1) {
    throw new RangeError(
      `Weight ${position} of the plan uses element ${signedIndices[position]! & INDEX_MASK}, but the ring has ` +
        `${ringSize}.`,
    );
  }
}

function forwardIndices({ ringSize, signedIndices }: GenerationPlan): Int32Array {
  return signedIndices.map((signed) => (signed & INDEX_MASK) + (signed & NEGATIVE ? ringSize : 0));
}

/**
 * The uses of each ring element, one a row, in rising order of position. Even sampling fills every row but the last;
 * free places point at the zero behind [dK, −dK].
 */
function inverseIndices({ ringSize, numGenerated, signedIndices }: GenerationPlan): {
  table: Int32Array;
  numRows: number;
} {
  const numRows = countUses(signedIndices, ringSize).reduce((most, uses) => Math.max(most, uses), 0);
  const table = new Int32Array(numRows * ringSize).fill(2 * numGenerated);
  const filled = new Int32Array(ringSize);
  signedIndices.forEach((signed, position) => {
    const element = signed & INDEX_MASK;
    const row = filled[element]!++;
    table[row * ringSize + element] = position + (signed & NEGATIVE ? numGenerated : 0);
  });
  return { table, numRows };
}
