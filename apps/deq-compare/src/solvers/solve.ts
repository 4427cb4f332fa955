// The loop around a method.
import type * as tf from '@tensorflow/tfjs-core';
import type { FixedPointMap, FixedPointSolver, Solution, SolveLimits, SolveReport, SolveStatus } from './solver.js';

/** Settings of one search. */
export interface SolveOptions {
  readonly solver: FixedPointSolver;
  readonly limits: SolveLimits;
  /** What a search that fails for a sample does. `report`: the caller looks at `status`. Default `throw`. */
  readonly whenUnsolved?: 'throw' | 'report';
}

/**
 * Looks for z = f(z), starting at z₀, for each row of a batch on its own.
 *
 * @param z0 float32 [batch, size]; stays the caller's
 * @returns the best iterate of each sample; the caller disposes `value`
 * @throws Error when a sample did not converge, unless `whenUnsolved` is `report`
 * @throws RangeError for arguments out of range
 */
export function solve(map: FixedPointMap, z0: tf.Tensor2D, options: SolveOptions): Solution {
  const { solver, limits, whenUnsolved = 'throw' } = options;
  const state = solver.init(z0, limits);
  try {
    while (!state.isDone()) state.step(map);
    const solution = state.solution();
    if (solution.status === 'converged' || whenUnsolved === 'report') return solution;
    solution.value.dispose();
    throw new Error(describeFailure(solution, solver, limits));
  } finally {
    state.dispose();
  }
}

const failures: Record<Exclude<SolveStatus, 'converged'>, string> = {
  'out-of-steps': 'ran out of steps',
  diverged: 'diverged',
  'not-finite': 'met a value that is not finite',
};

function describeFailure(report: SolveReport, { name }: FixedPointSolver, { tolerance }: SolveLimits): string {
  const { statuses, status, numSteps, residuals } = report;
  const numUnsolved = statuses.filter((one) => one !== 'converged').length;
  return (
    `No fixed point: ${name} ${failures[status as keyof typeof failures]} after ${numSteps} evaluations; ` +
    `${numUnsolved} of ${statuses.length} samples are unsolved, the largest residual is ` +
    `${Math.max(...residuals).toPrecision(2)}, expected at most ${tolerance}. Allow more steps or a larger tolerance, or ` +
    "take the best iterate as it is with whenUnsolved: 'report'."
  );
}
