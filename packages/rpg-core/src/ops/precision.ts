// Mixed precision: between two casts a network's activations are bfloat16, where the backend computes with it.
import * as tf from '@tensorflow/tfjs-core';
import { asExpendable, spend } from './gradient-memory.js';
import { hasOp, type PortableOp, runOp } from './portable-op.js';

/**
 * What activations are kept in. `bfloat16` has float32's range and 8 bits of its mantissa; weights, statistics, loss and
 * updates stay float32.
 */
export type Precision = 'float32' | 'bfloat16';

/** Only a backend that carries bfloat16 has it (tensorflow-runtime's); nothing composes it elsewhere. */
const castOp: PortableOp<{ readonly to: Precision }> = {
  name: 'CastPrecision',
  compose: ({ x }) => [tf.clone(x!)],
  gradient: {
    pullBack: ([dy], _saved, { to }) => ({
      x: () => {
        const dx = runOp(castOp, { x: dy! }, { to: to === 'bfloat16' ? 'float32' : 'bfloat16' })[0]!;
        spend(dy!);
        return asExpendable(dx);
      },
    }),
  },
};

/** `wanted` where the current backend has it, else `float32`: the same layers run, in full precision. */
export function precisionInUse(wanted: Precision): Precision {
  return hasOp(castOp.name) ? wanted : 'float32';
}

/**
 * Changes the precision of a tensor; differentiable. tfjs says `float32` of both kinds. A bfloat16 tensor can be neither
 * read nor given to other ops than those of rpg-core's layers; anything else throws.
 *
 * @param x of the other precision
 * @returns of x's shape; the caller disposes it. Where the backend has no bfloat16, x itself under another name
 */
export function castTo<T extends tf.Tensor>(x: T, to: Precision): T {
  return (hasOp(castOp.name) ? runOp(castOp, { x }, { to })[0] : tf.clone(x)) as T;
}
