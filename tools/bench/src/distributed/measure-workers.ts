// Trainings of a few steps, one after the other, in network namespaces whose loopback counts what is sent.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { medianOf } from 'training-kit';
import type { WorkersOptions } from './main.js';

/** As `--ring-size` has them; the paper's 45 K and 2 M at full width. */
export const networks = ['ring 45k', 'ring 2m', 'plain'] as const;
export type NetworkName = (typeof networks)[number];

/** Of what is generated, so that other widths have rings in proportion. */
const flagsOf: Readonly<Record<NetworkName, readonly string[]>> = {
  'ring 45k': ['--ring-size', String(45_056 / 11_157_504)],
  'ring 2m': ['--ring-size', String(2_359_296 / 11_157_504)],
  plain: ['--weights', 'independent'],
};

/** What `training-in-network.ts` prints. */
export interface TrainingTimes {
  /** Median of the steps, milliseconds; waiting for the other workers is a part of it. */
  readonly stepMs: number;
  /** Sent by all workers together; undefined for one, which sends nothing. */
  readonly bytesAStep: number | undefined;
  /** Length of the vector that is added up. */
  readonly numbersAStep: number;
}

/** One number of workers with one network; `stepMs` is the median of the rounds. */
export interface Measurement extends TrainingTimes {
  readonly network: NetworkName;
  readonly workers: number;
  readonly threads: number;
}

/** Each network with each number of workers, and one process with all threads; in turn, `rounds` times. */
export async function measureAll(options: WorkersOptions, print: (line: string) => void): Promise<Measurement[]> {
  const contestants = options.networks.flatMap((network) => [
    ...options.workers.map((workers) => ({ network, workers, threads: options.threads })),
    ...options.workers
      .filter((workers) => workers > 1)
      .map((workers) => ({ network, workers: 1, threads: options.threads * workers })),
  ]);
  const times = contestants.map((): TrainingTimes[] => []);
  for (let round = 1; round <= options.rounds; round++) {
    for (const [i, contestant] of contestants.entries()) {
      const { network, workers, threads } = contestant;
      const found = await train(contestant, options);
      times[i]!.push(found);
      print(`round ${round}: ${network}, ${workers} × ${threads} threads: ${found.stepMs.toFixed(0)} ms a step`);
    }
  }
  return contestants.map((contestant, i) => ({
    ...contestant,
    ...times[i]![0]!,
    stepMs: medianOf(times[i]!.map(({ stepMs }) => stepMs)),
  }));
}

function train(
  { network, workers, threads }: Pick<Measurement, 'network' | 'workers' | 'threads'>,
  { width, batchSize, numSteps, precision }: WorkersOptions,
): Promise<TrainingTimes> {
  const flags = [
    ...flagsOf[network],
    ...['--width', String(width), '--batch-size', String(batchSize), '--precision', precision],
    ...['--val-examples', '0', '--rendered-test', '1'],
  ];
  const script = fileURLToPath(new URL('training-in-network.js', import.meta.url));
  const settings = JSON.stringify({ flags, workers, threads, batchSize, numSteps });
  return new Promise((resolve, reject) => {
    const args = ['--map-root-user', '--net', '--', process.execPath, script, settings];
    execFile('unshare', args, { maxBuffer: 1e7 }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as TrainingTimes);
      else reject(new Error(`A training failed: ${stderr.trim() || error.message}`));
    });
  });
}
