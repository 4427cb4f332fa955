// The part of a config that says how an equilibrium model finds its fixed point and learns by it.
import { anderson } from '../solvers/anderson.js';
import { broyden } from '../solvers/broyden.js';
import type { SearchSettings } from '../solvers/equilibrium.js';
import type { FixedPointSolver } from '../solvers/solver.js';
import type { EquilibriumSettings } from './mdeq.js';

export const solverNames = ['broyden', 'anderson'] as const;
export const differentiations = ['implicit', 'phantom', 'unrolled'] as const;

export interface SolverSettings {
  readonly solver: (typeof solverNames)[number];
  readonly forwardSteps: number;
  readonly backwardSteps: number;
  readonly tolerance: number;
  /** `unrolled`: training never searches, evaluation does. */
  readonly differentiation: (typeof differentiations)[number];
  readonly phantomSteps: number;
  readonly phantomDamping: number;
  readonly pretrainSteps: number;
  readonly numUnrolled: number;
}

/** The same as the model wants it. */
export function equilibriumSettings(settings: SolverSettings): EquilibriumSettings {
  const { differentiation, numUnrolled } = settings;
  const search = (maxSteps: number): SearchSettings => ({
    solver: solverOf(settings.solver),
    limits: { maxSteps, tolerance: settings.tolerance },
  });
  return {
    forward: search(settings.forwardSteps),
    differentiation:
      differentiation === 'phantom'
        ? { kind: 'phantom', numSteps: settings.phantomSteps, damping: settings.phantomDamping }
        : { kind: 'implicit', backward: search(settings.backwardSteps) },
    pretrainSteps: differentiation === 'unrolled' ? Infinity : settings.pretrainSteps,
    numUnrolled,
  };
}

function solverOf(name: SolverSettings['solver']): FixedPointSolver {
  switch (name) {
    case 'broyden':
      return broyden();
    case 'anderson':
      return anderson();
    default:
      throw new RangeError(`Unknown solver ${String(name satisfies never)}.`);
  }
}
