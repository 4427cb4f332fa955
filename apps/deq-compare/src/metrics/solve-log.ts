// How searches for fixed points went, as numbers to log and to report.
import type { OnSolve } from '../model/model.js';
import type { SolveReport } from '../solvers/solver.js';

/** What becomes of a search that does not converge; see `onUnsolved` in `config.ts`. */
export type OnUnsolved = 'count' | 'stop';

/** Means and counts over searches in one direction, each sample of a batch counted once. */
export interface SolveSummary {
  readonly numSearches: number;
  readonly numSamples: number;
  /** Evaluations of the map, mean of a search. */
  readonly numSteps: number;
  /** Relative residual, mean of the samples that have a finite one. */
  readonly residual: number;
  /** Share of samples that did not converge, for whatever reason. */
  readonly unsolved: number;
  /** Samples whose search ran away, and those whose map gave NaN or infinity. */
  readonly diverged: number;
  readonly notFinite: number;
  /** How often a method forgot its history because its equations had no solution. */
  readonly restarts: number;
  /** Relative residual behind each evaluation, mean over searches; one that has ended counts as it ended. */
  readonly trace: readonly number[];
}

/** Takes reports until it is asked. */
export interface SolveLog {
  readonly onSolve: OnSolve;
  /** What came in since the last call; a direction without searches is undefined. */
  take(): { readonly forward: SolveSummary | undefined; readonly backward: SolveSummary | undefined };
}

/** @param onUnsolved with `stop`, `onSolve` throws an Error for a search in which a sample did not converge */
export function createSolveLog(onUnsolved: OnUnsolved): SolveLog {
  let reports: Record<'forward' | 'backward', SolveReport[]> = { forward: [], backward: [] };
  return {
    onSolve: (direction, report) => {
      reports[direction].push(report);
      if (onUnsolved === 'stop' && report.status !== 'converged') throw new Error(describeUnsolved(direction, report));
    },
    take: () => {
      const taken = { forward: summaryOf(reports.forward), backward: summaryOf(reports.backward) };
      reports = { forward: [], backward: [] };
      return taken;
    },
  };
}

/**
 * The metrics of a training step: `forwardSteps`, `forwardResidual`, `unsolved`, `diverged`, `notFinite`, `restarts` and,
 * where there was a search in the backward pass, the same of it with `backward` in front; nothing without searches.
 */
export function solveMetrics({ forward, backward }: ReturnType<SolveLog['take']>): Record<string, number> {
  return {
    ...(forward === undefined
      ? {}
      : {
          forwardSteps: forward.numSteps,
          forwardResidual: forward.residual,
          unsolved: forward.unsolved,
          diverged: forward.diverged,
          notFinite: forward.notFinite,
          restarts: forward.restarts,
        }),
    ...(backward === undefined
      ? {}
      : {
          backwardSteps: backward.numSteps,
          backwardResidual: backward.residual,
          backwardUnsolved: backward.unsolved,
          backwardDiverged: backward.diverged,
          backwardNotFinite: backward.notFinite,
          backwardRestarts: backward.restarts,
        }),
  };
}

function summaryOf(reports: readonly SolveReport[]): SolveSummary | undefined {
  if (reports.length === 0) return undefined;
  const statuses = reports.flatMap((report) => report.statuses);
  const residuals = reports.flatMap((report) => report.residuals).filter(Number.isFinite);
  const countOf = (status: SolveReport['status']): number => statuses.filter((one) => one === status).length;
  const length = Math.max(...reports.map(({ trace }) => trace.length));
  return {
    numSearches: reports.length,
    numSamples: statuses.length,
    numSteps: meanOf(reports.map(({ numSteps }) => numSteps)),
    residual: meanOf(residuals),
    unsolved: 1 - countOf('converged') / statuses.length,
    diverged: countOf('diverged'),
    notFinite: countOf('not-finite'),
    restarts: reports.reduce((sum, { numRestarts }) => sum + numRestarts, 0),
    trace: Array.from({ length }, (_, step) =>
      meanOf(reports.map(({ trace }) => trace[Math.min(step, trace.length - 1)]!).filter(Number.isFinite)),
    ),
  };
}

/** 1, a residual that says nothing was solved, where there is no value. */
function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 1 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function describeUnsolved(direction: string, { statuses, numSteps, residuals }: SolveReport): string {
  const counts = (['out-of-steps', 'diverged', 'not-finite'] as const).map(
    (status) => `${statuses.filter((one) => one === status).length} ${status}`,
  );
  return (
    `The ${direction} search for a fixed point is unsolved after ${numSteps} evaluations: of ${statuses.length} samples ` +
    `${counts.join(', ')}; the largest residual is ${Math.max(...residuals).toPrecision(2)}. onUnsolved is stop: raise ` +
    `${direction}Steps or tolerance, or take best iterates as they are with --on-unsolved count.`
  );
}
