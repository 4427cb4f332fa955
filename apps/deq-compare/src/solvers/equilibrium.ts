// A fixed point as a differentiable function of what the map depends on.
import * as tf from '@tensorflow/tfjs-core';
import { solve, type SolveOptions } from './solve.js';
import type { SolveReport } from './solver.js';
import { vectorJacobianProducts } from './vector-jacobian.js';

/**
 * f of z and of parameters: everything that the fixed point is to be differentiated by has to come in as a parameter.
 *
 * @param z float32 [batch, size]
 * @returns float32 [batch, size]
 */
export type ParametricMap = (z: tf.Tensor2D, parameters: readonly tf.Tensor[]) => tf.Tensor2D;

/** Method and limits of one search. */
export type SearchSettings = Pick<SolveOptions, 'solver' | 'limits'>;

/** How to differentiate a fixed point. */
export type Differentiation =
  /**
   * By the implicit function theorem (Bai et al. 2019): with w = v + wᵀ·∂f/∂z, itself a fixed point that `backward`
   * looks for, the gradient is wᵀ·∂f/∂parameters. Memory does not grow with the number of steps.
   */
  | { readonly kind: 'implicit'; readonly backward: SearchSettings }
  /**
   * Through `numSteps` damped steps z ← (1 − τ)·z + τ·f(z) behind the fixed point, τ = `damping` in (0, 1] (phantom
   * gradients, Geng et al. 2021). Cheaper and inexact: it tends to the gradient as the number of steps grows.
   */
  | { readonly kind: 'phantom'; readonly numSteps: number; readonly damping: number };

/** Settings of a differentiable fixed point. */
export interface EquilibriumOptions {
  readonly map: ParametricMap;
  /** float32 tensors of any shape; they stay the caller's. */
  readonly parameters: readonly tf.Tensor[];
  /** float32 [batch, size]; the gradient with respect to it is 0. */
  readonly z0: tf.Tensor2D;
  readonly forward: SearchSettings;
  readonly differentiation: Differentiation;
  /**
   * Receives how each search went, the backward one during the backward pass, and takes the best iterates for good.
   * Without it a search that does not converge throws.
   */
  readonly onSolve?: ((direction: 'forward' | 'backward', report: SolveReport) => void) | undefined;
}

/**
 * The fixed point of z = f(z, parameters), or the search's best iterate; differentiable with respect to the parameters.
 *
 * @returns float32 [batch, size]; the caller disposes it
 * @throws RangeError for settings out of range; Error for a search that fails without `onSolve`
 */
export function equilibrium(options: EquilibriumOptions): tf.Tensor2D {
  const { differentiation } = options;
  switch (differentiation.kind) {
    case 'implicit':
      return implicitEquilibrium(options, differentiation.backward);
    case 'phantom':
      return phantomEquilibrium(options, differentiation);
    default:
      throw new RangeError(`Unknown differentiation ${JSON.stringify(differentiation satisfies never)}.`);
  }
}

/**
 * f applied `numSteps` times from z₀, every one of which is differentiated: a network of that many layers with the same
 * weights.
 *
 * @returns float32 [batch, size]; the caller disposes it
 * @throws RangeError unless `numSteps` is an integer of 1 or more
 */
export function unroll(
  map: ParametricMap,
  parameters: readonly tf.Tensor[],
  { z0, numSteps, damping = 1 }: { readonly z0: tf.Tensor2D; readonly numSteps: number; readonly damping?: number },
): tf.Tensor2D {
  if (!Number.isInteger(numSteps) || numSteps < 1) {
    throw new RangeError(`numSteps is ${numSteps}, expected an integer of 1 or more.`);
  }
  if (!(damping > 0 && damping <= 1)) {
    throw new RangeError(`damping is ${damping}, expected a number above 0 and not above 1.`);
  }
  return tf.tidy(() => {
    let z = z0;
    for (let step = 0; step < numSteps; step++) {
      const value = map(z, parameters);
      z = damping === 1 ? value : tf.add(tf.mul(value, damping), tf.mul(z, 1 - damping));
    }
    return z;
  });
}

function implicitEquilibrium(options: EquilibriumOptions, backward: SearchSettings): tf.Tensor2D {
  const { map, parameters } = options;
  const differentiable = tf.customGrad((...inputs) => {
    const save = inputs.at(-1) as tf.GradSaveFunc;
    const z = search(options, 'forward', options.forward, { map: (x) => map(x, parameters), start: options.z0 });
    save([z, ...parameters]);
    return {
      value: z,
      gradFunc: (dz: tf.Tensor, saved: tf.Tensor[]) => {
        const [fixedPoint, ...ofMap] = saved as [tf.Tensor2D, ...tf.Tensor[]];
        const apply = () => map(fixedPoint, ofMap);
        const v = dz as tf.Tensor2D;
        const linear = (w: tf.Tensor2D) =>
          tf.tidy(() => tf.add<tf.Tensor2D>(v, vectorJacobianProducts(apply, [fixedPoint], w)[0]!));
        const w = search(options, 'backward', backward, { map: linear, start: v });
        const gradients = vectorJacobianProducts(apply, ofMap, w);
        w.dispose();
        return gradients;
      },
    };
  });
  return differentiable(...parameters);
}

function phantomEquilibrium(
  options: EquilibriumOptions,
  { numSteps, damping }: Extract<Differentiation, { kind: 'phantom' }>,
): tf.Tensor2D {
  const { map, parameters } = options;
  return tf.tidy(() => {
    // As an op of its own the search leaves no trace on the tape.
    const untraced = tf.customGrad((z0) => ({
      value: search(options, 'forward', options.forward, { map: (z) => map(z, parameters), start: z0 as tf.Tensor2D }),
      gradFunc: (dz: tf.Tensor) => tf.zerosLike(dz),
    }));
    return unroll(map, parameters, { z0: untraced(options.z0) as tf.Tensor2D, numSteps, damping });
  });
}

function search(
  { onSolve }: EquilibriumOptions,
  direction: 'forward' | 'backward',
  settings: SearchSettings,
  { map, start }: { readonly map: (z: tf.Tensor2D) => tf.Tensor2D; readonly start: tf.Tensor2D },
): tf.Tensor2D {
  const whenUnsolved = onSolve === undefined ? 'throw' : 'report';
  const { value, ...report } = solve(map, start, { ...settings, whenUnsolved });
  onSolve?.(direction, report);
  return value;
}
