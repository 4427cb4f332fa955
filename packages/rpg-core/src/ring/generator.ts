// K_i = R_i·W for every slot in one op, and its gradient ∂ℓ/∂W = Σ R_iᵀ ∂ℓ/∂K_i (paper, equations 1 and 2).
import * as tf from '@tensorflow/tfjs-core';
import { spend } from '../ops/gradient-memory.js';
import { type PortableOp, runOp } from '../ops/portable-op.js';
import type { Precision } from '../ops/precision.js';
import { generateReference, type GenerationPlan, gradientReference } from './generation-plan.js';
import { countUses, INDEX_MASK, NEGATIVE } from './index-array.js';

/** What the kernels of `RpgGenerate` and `RpgGenerateGrad` are given besides tensors. */
export interface GeneratorAttributes {
  readonly plan: GenerationPlan;
  readonly tables: IndexTables;
  /** Of the kernels and their gradients. Other than float32 only where the backend has `RpgGenerate` and that precision. */
  readonly precision: Precision;
}

const generateOp: PortableOp<GeneratorAttributes> = {
  name: 'RpgGenerate',
  compose: (inputs, { plan, tables }) => {
    const ring = inputs.ring as tf.Tensor1D;
    if (goesByPlainArithmetic(2 * plan.ringSize)) {
      const flat = generateReference(plan, Float32Array.from(ring.dataSync()));
      return plan.slots.map(({ slot, offset }) => tf.tensor(flat.slice(offset, offset + slot.size), [...slot.shape]));
    }
    // −W stands behind W, so that the sign is part of the index and one gather does both.
    const signed = tf.concat1d([ring, tf.neg(ring)]); // [2N]
    const weights = tf.gatherND(signed, tables.forward); // [M]
    return plan.slots.map(({ slot, offset, scale }) =>
      tf.mul(tf.reshape(tf.slice(weights, offset, slot.size), [...slot.shape]), scale),
    );
  },
  gradient: {
    pullBack: (dys, _saved, attributes) => ({
      ring: () => {
        const gradients = Object.fromEntries(dys.map((dy, i) => [`dy${i}`, dy]));
        const dRing = runOp(generateGradOp, gradients, attributes)[0]!;
        dys.forEach(spend);
        return dRing;
      },
    }),
  },
};

const generateGradOp: PortableOp<GeneratorAttributes> = {
  name: 'RpgGenerateGrad',
  compose: (inputs, { plan, tables }) => {
    if (goesByPlainArithmetic(2 * plan.numGenerated + 1)) {
      const flat = new Float32Array(plan.numGenerated);
      plan.slots.forEach(({ offset }, i) => {
        flat.set(inputs[`dy${i}`]!.dataSync(), offset);
      });
      return [tf.tensor1d(gradientReference(plan, flat))];
    }
    const dWeights = plan.slots.map(({ slot, scale }, i) =>
      tf.mul<tf.Tensor1D>(tf.reshape(inputs[`dy${i}`]!, [slot.size]), scale),
    );
    const flat = tf.concat1d(dWeights); // [M]
    const signed = tf.concat1d([flat, tf.neg(flat), tf.zeros([1])]); // [2M + 1]
    // A gather and a sum, not a scatter: the same order of additions on every run and device, GPUs included.
    return [tf.sum(tf.gatherND(signed, tables.inverse), 0)]; // [uses, N] -> [N]
  },
};

/**
 * Whether a loop over typed arrays generates instead of tfjs's ops: the same weights, bit for bit.
 *
 * On `cpu` and `wasm` tensors lie in the processor's memory, and the loop is several times faster than the ops. WebGL
 * keeps int32 in textures of floats: exact up to 2^24, on devices with half floats only up to 2^11; larger plans are
 * generated here and uploaded.
 */
function goesByPlainArithmetic(numIndices: number): boolean {
  const backend = tf.getBackend();
  if (backend === 'cpu' || backend === 'wasm') return true;
  if (backend !== 'webgl') return false;
  return numIndices > (tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED') ? 2 ** 24 : 2 ** 11);
}

/** Generates weights by one plan; owns the index tables on the device. */
export class Generator {
  readonly plan: GenerationPlan;
  readonly #tables: IndexTables;

  constructor(plan: GenerationPlan) {
    this.plan = plan;
    this.#tables = new IndexTables(plan);
  }

  /**
   * Generates the weights of all slots; differentiable with respect to `ring`.
   *
   * @param ring float32 [plan.ringSize]
   * @param precision as `precisionInUse` answers it; bfloat16 gives the same bits as `castTo` of what float32 gives
   * @returns one tensor a slot, of the slot's shape, in the plan's order; the caller disposes them
   */
  generate(ring: tf.Tensor1D, precision: Precision = 'float32'): tf.Tensor[] {
    if (ring.size !== this.plan.ringSize) {
      throw new RangeError(`The ring has ${ring.size} elements, expected ${this.plan.ringSize} as planned.`);
    }
    return runOp(generateOp, { ring }, { plan: this.plan, tables: this.#tables, precision });
  }

  /** Frees the index tables; generating again makes them anew. */
  dispose(): void {
    this.#tables.dispose();
  }
}

/**
 * The plan as tensors. Each is made when first asked for: the portable composition reads `forward` and `inverse`, a
 * backend's own kernel the packed form.
 */
export class IndexTables {
  readonly #plan: GenerationPlan;
  #forward: tf.Tensor2D | undefined;
  #inverse: tf.Tensor3D | undefined;
  #packed: PackedPlan | undefined;

  constructor(plan: GenerationPlan) {
    this.#plan = plan;
  }

  /** @throws RangeError for an index outside the ring: kernels read without checking */
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

/** A plan as a native kernel wants it. */
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
