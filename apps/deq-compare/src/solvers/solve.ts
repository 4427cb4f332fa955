// The loop of a search, the same for every method: evaluate, judge, step, until all samples have ended.
import * as tf from '@tensorflow/tfjs-core';
import { Iterates } from './iterates.js';
import { evaluate, readTogether } from './readings.js';
import { squaredNorms } from './row-store.js';
import type {
  FixedPointMap,
  FixedPointSolver,
  Solution,
  SolveLimits,
  SolveReport,
  SolverState,
  SolveStatus,
} from './solver.js';

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
  const iterates = new Iterates(z0, limits);
  const state = solver.init(iterates);
  try {
    while (!iterates.isDone()) advance(map, iterates, state);
    const solution = iterates.solution();
    if (solution.status === 'converged' || whenUnsolved === 'report') return solution;
    solution.value.dispose();
    throw new Error(describeFailure(solution, solver, limits));
  } finally {
    state.dispose();
    iterates.dispose();
  }
}

/** Evaluates `map` once, at the newest iterate, and goes on to the next one unless that was the end. */
function advance(map: FixedPointMap, iterates: Iterates, state: SolverState): void {
  const { value, change } = evaluate(map, iterates.newest);
  const { at } = readTogether([squaredNorms(change), squaredNorms(value), ...state.columns(change)]);
  const changeSquare = (i: number): number => at(i, 0);
  iterates.observe(changeSquare, (i) => at(i, 1));
  if (!iterates.isDone()) {
    iterates.advance(state.step({ value, change, changeSquare, column: (i, j) => at(i, 2 + j) }));
  }
  tf.dispose([value, change]);
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
