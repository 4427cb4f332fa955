// Runs what a sweep lacks, one training after the other. What is to be done is told by the runs' folders alone, so that it goes
// on after any end, and several machines can share one folder.
import { DataError, reasonOf } from '../errors.js';
import type { PlannedRun } from './planned-run.js';
import { forgetFailure, keepFailure, type RunState } from './run-state.js';

/** What the queue asks of its surroundings. */
export interface QueueOptions<Config> {
  readonly runs: readonly PlannedRun<Config>[];
  /** Looked at anew before each run: another process may have made it meanwhile. */
  readonly stateOf: (run: PlannedRun<Config>) => Promise<RunState>;
  /** Trains in the run's folder. @param isBegun whether there is something to go on with */
  readonly train: (run: PlannedRun<Config>, isBegun: boolean) => Promise<{ readonly isFinished: boolean }>;
  readonly note: (line: string) => void;
}

/** How a pass over the queue ended. */
export interface QueueEnd {
  /** True when a signal ended it. */
  readonly isInterrupted: boolean;
  readonly numTrained: number;
  readonly numFailed: number;
  /** Runs that another process has. */
  readonly numElsewhere: number;
}

/**
 * Trains each run that is not finished, in order. One that fails is noted, and the next one begins; it is tried again when the
 * queue is run again.
 */
export async function runQueue<Config>({ runs, stateOf, train, note }: QueueOptions<Config>): Promise<QueueEnd> {
  let [numTrained, numFailed, numElsewhere] = [0, 0, 0];
  const endWith = (isInterrupted: boolean): QueueEnd => ({ isInterrupted, numTrained, numFailed, numElsewhere });
  for (const [index, run] of runs.entries()) {
    const { status } = await stateOf(run);
    if (status === 'finished') continue;
    const before = run.beginsFrom === undefined ? 'finished' : (await stateOf(run.beginsFrom)).status;
    if (before !== 'finished') {
      if (before === 'running') numElsewhere++;
      else note(`${run.name} is left out: it begins from ${run.beginsFrom!.name}, which is not finished.`);
      continue;
    }
    if (status === 'running') {
      numElsewhere++;
      continue;
    }
    note(`${index + 1} of ${runs.length}: ${run.name}`);
    await forgetFailure(run.folder);
    try {
      const { isFinished } = await train(run, status !== 'waiting');
      if (!isFinished) return endWith(true);
      numTrained++;
    } catch (error) {
      if (await isElsewhere(run, error, stateOf)) {
        numElsewhere++;
        continue;
      }
      numFailed++;
      await keepFailure(run.folder, reasonOf(error));
      note(`${run.name} failed: ${reasonOf(error)}`);
    }
  }
  return endWith(false);
}

/** Two processes may see a run waiting in the same moment; one of them gets it. */
async function isElsewhere<Config>(
  run: PlannedRun<Config>,
  error: unknown,
  stateOf: QueueOptions<Config>['stateOf'],
): Promise<boolean> {
  if (!(error instanceof DataError)) return false;
  const { status } = await stateOf(run);
  return status === 'running' || status === 'finished';
}

/**
 * The runs that one of several machines makes: every n-th. @param shard `k/n`, k from 1 @throws RangeError
 */
export function shardOf<Run>(runs: readonly Run[], shard: string): Run[] {
  const [, k, n] = /^(\d+)\/(\d+)$/.exec(shard)?.map(Number) ?? [];
  if (k === undefined || n === undefined || k < 1 || k > n) {
    throw new RangeError(`--shard ${shard} is no share, expected K/N with K from 1 to N, such as 2/4.`);
  }
  return runs.filter((_, index) => index % n === k - 1);
}
