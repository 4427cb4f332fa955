import { expect, test } from 'vitest';
import type { SolveReport } from '../solvers/solver.js';
import { createSolveLog, solveMetrics } from './solve-log.js';

const solved: SolveReport = {
  status: 'converged',
  statuses: ['converged', 'converged'],
  numSteps: 2,
  residuals: [0.001, 0.003],
  trace: [0.5, 0.002],
  numRestarts: 1,
};

const failed: SolveReport = {
  status: 'not-finite',
  statuses: ['converged', 'out-of-steps', 'diverged', 'not-finite'],
  numSteps: 4,
  residuals: [0.002, 0.1, 0.6, Infinity],
  trace: [0.7, 0.4, Infinity, 0.2],
  numRestarts: 0,
};

test('means are over searches and samples; what is not finite is counted, not added', () => {
  const log = createSolveLog('count');
  log.onSolve('forward', solved);
  log.onSolve('forward', failed);
  const { forward, backward } = log.take();
  expect(backward).toBeUndefined();
  expect(forward).toMatchObject({ numSearches: 2, numSamples: 6, numSteps: 3, diverged: 1, notFinite: 1, restarts: 1 });
  expect(forward!.residual).toBeCloseTo((0.001 + 0.003 + 0.002 + 0.1 + 0.6) / 5, 12);
  expect(forward!.unsolved).toBeCloseTo(1 / 2, 12);
  // the shorter trace goes on as it ended
  expect(forward!.trace.map((value) => Number(value.toFixed(6)))).toEqual([0.6, 0.201, 0.002, 0.101]);
});

test('a log that was asked starts anew', () => {
  const log = createSolveLog('count');
  log.onSolve('backward', solved);
  expect(log.take().backward).toMatchObject({ numSteps: 2 });
  expect(log.take()).toEqual({ forward: undefined, backward: undefined });
  expect(solveMetrics(log.take())).toEqual({});
});

test('metrics of a step, by name', () => {
  const log = createSolveLog('count');
  log.onSolve('forward', failed);
  log.onSolve('backward', solved);
  expect(solveMetrics(log.take())).toMatchObject({
    forwardSteps: 4,
    unsolved: 0.75,
    diverged: 1,
    notFinite: 1,
    restarts: 0,
    backwardSteps: 2,
    backwardResidual: 0.002,
    backwardUnsolved: 0,
    backwardRestarts: 1,
  });
});

test('stop: a search that does not converge is an error that says how to go on; one that does is none', () => {
  const log = createSolveLog('stop');
  log.onSolve('forward', solved);
  expect(() => {
    log.onSolve('backward', failed);
  }).toThrow(
    'The backward search for a fixed point is unsolved after 4 evaluations: of 4 samples 1 out-of-steps, 1 diverged, ' +
      '1 not-finite; the largest residual is Infinity. onUnsolved is stop: raise backwardSteps or tolerance, or take ' +
      'best iterates as they are with --on-unsolved count.',
  );
});
