// K_i = R_i·W for every slot in one op, and its gradient ∂ℓ/∂W = Σ R_iᵀ ∂ℓ/∂K_i (paper, equations 1 and 2).
import * as tf from '@tensorflow/tfjs-core';
import { spend } from '../ops/gradient-memory.js';
import { type PortableOp, runOp } from '../ops/portable-op.js';
import type { Precision } from '../ops/precision.js';
import { generateReference, type GenerationPlan, gradientReference } from './generation-plan.js';
import { IndexTables } from './index-tables.js';

/** What the ops `RpgGenerate` and `RpgGenerateGrad` are given besides tensors. */
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
