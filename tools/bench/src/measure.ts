// Timings in turn: all contestants are up at once, one computes at a time, and who goes first changes each round.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { jobDataCommand, workerCommand, type Programs } from './worker-commands.js';
import { startWorker, type WorkerProcess } from './worker-process.js';
import type { Comparison, Contestant } from './workload.js';

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

export interface MeasureOptions {
  readonly warmUpSteps: number;
  readonly numSteps: number;
  readonly onProgress: (line: string) => void;
}

/** Threads of the last one at work spin for a moment before they sleep. */
const SETTLE_MS = 20;

/** Times a comparison. @throws Error when a worker fails; the others are ended */
export async function measure(
  comparison: Comparison,
  programs: Programs,
  options: MeasureOptions,
): Promise<Measurement[]> {
  const { contestants, divisor } = comparison;
  const folder = await mkdtemp(join(tmpdir(), 'rpg-bench-'));
  const workers: WorkerProcess[] = [];
  try {
    const dataFile = join(folder, 'job.safetensors');
    await (await startWorker(jobDataCommand(contestants[0]!.workload, dataFile))).quit();
    for (const contestant of contestants)
      workers.push(await startWorker(workerCommand(contestant, dataFile, programs)));
    const rounds = await timeInTurn(workers, contestants, divisor, options);
    return await Promise.all(
      contestants.map(async (contestant, i) => ({
        contestant,
        ...rounds[i]!,
        numParameters: workers[i]!.ready.numParameters,
        peakRssBytes: await workers[i]!.peakRssBytes(),
        facts: workers[i]!.ready.facts,
      })),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.quit()));
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Warms up one after the other, then goes round: forwards in even rounds, backwards in odd ones.
 *
 * @returns one entry a worker, in their order
 */
export async function timeInTurn(
  workers: readonly Pick<WorkerProcess, 'run'>[],
  contestants: readonly Pick<Contestant, 'name'>[],
  divisor: number,
  { warmUpSteps, numSteps, onProgress }: MeasureOptions,
): Promise<{ times: number[]; values: number[] }[]> {
  const results = workers.map(() => ({ times: [] as number[], values: [] as number[] }));
  for (const [i, worker] of workers.entries()) {
    for (let step = 0; step < warmUpSteps; step++) {
      const { timeMs, value } = await worker.run('warmup');
      results[i]!.values.push(value);
      onProgress(`${contestants[i]!.name}: warm-up ${step + 1}, ${(timeMs / divisor).toFixed(2)} ms`);
    }
  }
  const order = [...workers.keys()];
  for (let round = 0; round < numSteps; round++) {
    const shown: string[] = [];
    for (const i of round % 2 === 0 ? order : order.toReversed()) {
      await pause(SETTLE_MS);
      const { timeMs, value } = await workers[i]!.run('step');
      results[i]!.times.push(timeMs / divisor);
      results[i]!.values.push(value);
      shown[i] = `${contestants[i]!.name} ${(timeMs / divisor).toFixed(2)}`;
    }
    onProgress(`round ${round + 1}/${numSteps}: ${shown.join(' · ')}`);
  }
  return results;
}
