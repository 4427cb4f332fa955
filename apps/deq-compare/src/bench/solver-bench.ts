// What a search for a fixed point costs beyond the evaluations that it consists of, and what training steps of both sides
// of table 1 take. Everything takes turns, so that all meet the same machine.
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource, SlotCollector } from 'rpg-core';
import { describeTimes, type StepTimes, stepTimesOf, takeTurns } from 'training-kit';
import { z } from 'zod';
import { backboneSizes } from '../model/block-options.js';
import { branchShapes, joinBranches, sizeOfBranches, splitBranches } from '../model/branches.js';
import { START_DEVIATION, startAsMdeq } from '../model/initialization.js';
import { msBlock } from '../model/ms-block.js';
import { anderson } from '../solvers/anderson.js';
import { broyden } from '../solvers/broyden.js';
import { solve } from '../solvers/solve.js';
import type { FixedPointMap, FixedPointSolver } from '../solvers/solver.js';
import { type NamedTimes, trainStepTimes } from './training-bench.js';

/** What is timed; the defaults are the small model of table 1. */
export const benchSchema = z.strictObject({
  size: z.enum(['tiny', 'large']).default('tiny').describe('which of the published models'),
  batchSize: z.int().min(1).default(64).describe('images at once'),
  imageSize: z.int().min(8).multipleOf(8).default(32).describe('side of the images in pixels'),
  numEvaluations: z.int().min(1).default(18).describe('evaluations of the block a search, none of which converges'),
  numRounds: z.int().min(1).default(7).describe('timed rounds'),
  warmUpRounds: z.int().min(0).default(1).describe('rounds that are not counted'),
  trainingSteps: z.int().min(0).default(3).describe('timed training steps of each network; 0 leaves them out'),
});

export type BenchOptions = z.output<typeof benchSchema>;

/** The times of one solver. */
export interface SolverTimes {
  readonly name: string;
  /** Of a whole search of `numEvaluations`. */
  readonly search: StepTimes;
  /** The search's median over that of as many evaluations alone: 1 would be a search that costs nothing itself. */
  readonly ratio: number;
}

/** What the bench found. */
export interface BenchResult {
  readonly numEvaluations: number;
  /** Of one evaluation of the block. */
  readonly evaluation: StepTimes;
  readonly solvers: readonly SolverTimes[];
  readonly trainSteps: readonly NamedTimes[];
}

/** No search ends before its steps do. */
const unreachable = { tolerance: 1e-30, divergenceFactor: 1e30 };

/**
 * Runs the bench.
 *
 * @param onTurn receives a line after each turn
 * @throws RangeError for images that the model cannot halve
 */
export function bench(options: BenchOptions, onTurn: (line: string) => void): BenchResult {
  const { numEvaluations, numRounds, warmUpRounds, trainingSteps } = options;
  const problem = blockProblem(options);
  const solvers = [broyden(), anderson()];
  const runners = [
    {
      name: 'evaluations alone',
      run: () => {
        iterateOnly(problem, numEvaluations);
      },
    },
    ...solvers.map((solver) => ({
      name: solver.name,
      run: () => {
        search(problem, solver, numEvaluations);
      },
    })),
  ];
  const times = takeTurns(runners, { numRounds, warmUpRounds, onTurn }).map(stepTimesOf);
  problem.dispose();
  const [alone, ...searches] = times as [StepTimes, ...StepTimes[]];
  return {
    numEvaluations,
    evaluation: scaled(alone, 1 / numEvaluations),
    solvers: solvers.map(({ name }, i) => ({
      name,
      search: searches[i]!,
      ratio: searches[i]!.median / alone.median,
    })),
    trainSteps: trainingSteps === 0 ? [] : trainStepTimes({ ...options, numSteps: trainingSteps }, onTurn),
  };
}

/** The result in lines for a person. */
export function describeBench({ numEvaluations, evaluation, solvers, trainSteps }: BenchResult): string {
  const rows = [
    { name: 'an evaluation of the block', times: evaluation, end: '' },
    ...solvers.map(({ name, search, ratio }) => ({
      name: `${name}, ${numEvaluations} evaluations`,
      times: search,
      end: `   ${ratio.toFixed(2)} times its evaluations`,
    })),
    ...trainSteps.map(({ name, times }) => ({ name: `a training step, ${name}`, times, end: '' })),
  ];
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  return rows.map(({ name, times, end }) => describeTimes(name.padEnd(width), times) + end).join('\n');
}

interface BlockProblem {
  readonly map: FixedPointMap;
  /** Where a search starts, as in the model: zeros. */
  readonly z0: tf.Tensor2D;
  readonly dispose: () => void;
}

/** The model's block as a map, on noise in place of an image. */
function blockProblem({ size, batchSize, imageSize }: BenchOptions): BlockProblem {
  const { channels } = backboneSizes[size];
  const shapes = branchShapes([imageSize, imageSize], channels);
  const slots = new SlotCollector();
  const block = msBlock(slots, { name: 'block', channels, weightNormFrom: START_DEVIATION });
  const source = createWeightSource(startAsMdeq(slots.slots), { kind: 'independent' }, createRng('bench'));
  const tensors = tf.tidy(() => block.tensors(source.generate()).map((tensor) => tf.clone(tensor)));
  source.dispose();
  const context = { weights: block.weightsOf(tensors), isTraining: false };
  const injection = tf.randomUniform<tf.Rank.R4>([batchSize, ...shapes[0]!], 0, 1, 'float32', 1);
  const z0 = tf.zeros<tf.Rank.R2>([batchSize, sizeOfBranches(shapes)]);
  return {
    map: (z) => tf.tidy(() => joinBranches(block.apply(splitBranches(z, shapes), { injection, masks: [] }, context))),
    z0,
    dispose: () => {
      tf.dispose([...tensors, injection, z0]);
    },
  };
}

/** f(f(…f(z₀))), which is what a search has to compute at the least. */
function iterateOnly({ map, z0 }: BlockProblem, numEvaluations: number): void {
  let z = map(z0);
  for (let i = 1; i < numEvaluations; i++) {
    const next = map(z);
    z.dispose();
    z = next;
  }
  awaitNumbers(z);
}

function search({ map, z0 }: BlockProblem, solver: FixedPointSolver, numEvaluations: number): void {
  const limits = { maxSteps: numEvaluations, ...unreachable };
  const { value, numSteps, status } = solve(map, z0, { solver, limits, whenUnsolved: 'report' });
  awaitNumbers(value);
  if (numSteps === numEvaluations) return;
  throw new RangeError(
    `The search by ${solver.name} ended ${status} after ${numSteps} of ${numEvaluations} evaluations, so that its time ` +
      'cannot be compared. Take fewer evaluations or larger images.',
  );
}

/** The time ends when the numbers are there. */
function awaitNumbers(tensor: tf.Tensor2D): void {
  const one = tf.slice2d(tensor, [0, 0], [1, 1]);
  one.dataSync();
  tf.dispose([one, tensor]);
}

function scaled({ median, min, max }: StepTimes, factor: number): StepTimes {
  return { median: median * factor, min: min * factor, max: max * factor };
}
