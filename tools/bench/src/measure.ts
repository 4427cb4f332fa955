// Timings in turn: all contestants are up at once, one computes at a time, and who goes first changes each round.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type LeftOut, leftOutLine, oneLineOf } from './workers/left-out.js';
import { jobDataCommand, type Programs, workerCommand } from './workers/worker-commands.js';
import { startWorker, type WorkerProcess } from './workers/worker-process.js';
import type { Comparison, Contestant } from './workers/workload.js';

/** What one contestant did. */
export interface Measurement {
  readonly contestant: Contestant;
  /** In the comparison's unit, one a round. */
  readonly times: readonly number[];
  /** The figures to agree on, warm-ups included, in order. */
  readonly values: readonly number[];
  readonly numParameters: number;
  readonly peakRssBytes: number | undefined;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** What a comparison gave. */
export interface Measured {
  readonly measurements: readonly Measurement[];
  readonly leftOut: readonly LeftOut[];
}

export interface MeasureOptions {
  readonly warmUpSteps: number;
  readonly numSteps: number;
  readonly onProgress: (line: string) => void;
}

/** Threads of the last one at work spin for a moment before they sleep. */
const SETTLE_MS = 20;

/**
 * Times a comparison. A contestant that cannot run, or fails on the way, is left out; the others go on without it.
 *
 * @throws Error when the numbers that all start from cannot be made
 */
export async function measure(
  { contestants, divisor }: Comparison,
  programs: Programs,
  options: MeasureOptions,
): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'rpg-bench-'));
  const entrants: { readonly contestant: Contestant; readonly worker: WorkerProcess }[] = [];
  const leftOut: LeftOut[] = [];
  const leaveOut = ({ name }: Contestant, why: string): void => {
    leftOut.push({ name, why });
    options.onProgress(leftOutLine({ name, why }));
  };
  try {
    const dataFile = join(folder, 'job.safetensors');
    await (await startWorker(jobDataCommand(contestants[0]!.workload, dataFile))).quit();
    for (const contestant of contestants) {
      const why = programs.missing.get(contestant.side);
      try {
        if (why === undefined) {
          entrants.push({ contestant, worker: await startWorker(workerCommand(contestant, dataFile, programs)) });
        } else {
          leaveOut(contestant, why);
        }
      } catch (error) {
        leaveOut(contestant, oneLineOf(error));
      }
    }
    const workers = entrants.map(({ worker }) => worker);
    const timings = await timeInTurn(workers, entrants.map(({ contestant }) => contestant), divisor, options); // prettier-ignore
    const measurements: Measurement[] = [];
    for (const [i, { contestant, worker }] of entrants.entries()) {
      const { times, values, failure } = timings[i]!;
      if (failure !== undefined) {
        leaveOut(contestant, oneLineOf(failure));
        continue;
      }
      const { numParameters, facts } = worker.ready;
      measurements.push({ contestant, times, values, numParameters, facts, peakRssBytes: await worker.peakRssBytes() });
    }
    return { measurements, leftOut };
  } finally {
    await Promise.all(entrants.map(({ worker }) => worker.quit()));
    await rm(folder, { recursive: true, force: true });
  }
}

/** One contestant's times, until it failed. */
export interface Timing {
  readonly times: number[];
  readonly values: number[];
  readonly failure: unknown;
}

/**
 * Warms up one after the other, then goes round: forwards in even rounds, backwards in odd ones. Who fails is not asked
 * again.
 *
 * @returns one entry a worker, in their order
 */
export async function timeInTurn(
  workers: readonly Pick<WorkerProcess, 'run'>[],
  contestants: readonly Pick<Contestant, 'name'>[],
  divisor: number,
  { warmUpSteps, numSteps, onProgress }: MeasureOptions,
): Promise<Timing[]> {
  const timings = workers.map((): { times: number[]; values: number[]; failure: unknown } => ({
    times: [],
    values: [],
    failure: undefined,
  }));
  const ask = async (i: number, request: 'warmup' | 'step'): Promise<number | undefined> => {
    const timing = timings[i]!;
    if (timing.failure !== undefined) return undefined;
    try {
      const { timeMs, value } = await workers[i]!.run(request);
      timing.values.push(value);
      return timeMs / divisor;
    } catch (error) {
      timing.failure = error;
      return undefined;
    }
  };
  for (const [i, { name }] of contestants.entries()) {
    for (let step = 0; step < warmUpSteps; step++) {
      const time = await ask(i, 'warmup');
      if (time !== undefined) onProgress(`${name}: warm-up ${step + 1}, ${time.toFixed(2)} ms`);
    }
  }
  const order = [...workers.keys()];
  for (let round = 0; round < numSteps; round++) {
    const shown = new Map<number, string>();
    for (const i of round % 2 === 0 ? order : order.toReversed()) {
      if (timings[i]!.failure !== undefined) continue;
      await pause(SETTLE_MS);
      const time = await ask(i, 'step');
      if (time === undefined) continue;
      timings[i]!.times.push(time);
      shown.set(i, `${contestants[i]!.name} ${time.toFixed(2)}`);
    }
    if (shown.size === 0) break;
    onProgress(`round ${round + 1}/${numSteps}: ${order.flatMap((i) => shown.get(i) ?? []).join(' · ')}`);
  }
  return timings;
}
