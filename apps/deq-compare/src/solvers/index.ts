// Fixed points: how to find them and how to differentiate them. Needs @tensorflow/tfjs-core and a backend, nothing else.
export { anderson, type AndersonOptions } from './anderson.js';
export { broyden, type BroydenOptions } from './broyden.js';
export {
  equilibrium,
  unroll,
  type Differentiation,
  type EquilibriumOptions,
  type ParametricMap,
  type SearchSettings,
} from './equilibrium.js';
export { solve, type SolveOptions } from './solve.js';
export {
  solveStatuses,
  type Evaluated,
  type FixedPointMap,
  type FixedPointSolver,
  type Solution,
  type SolveLimits,
  type Search,
  type SolveReport,
  type SolverState,
  type SolveStatus,
} from './solver.js';
export { vectorJacobianProducts } from './vector-jacobian.js';
