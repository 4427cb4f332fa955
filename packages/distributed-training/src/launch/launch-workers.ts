// Workers on this machine: started together, watched until their end, started again when one of them was lost.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freeAddresses } from 'tensorflow-runtime/cluster';
import { START_AGAIN_EXIT_CODE } from 'training-kit/commands';
import { inOwnNetwork } from './own-network.js';
import { passSignals } from './pass-signals.js';
import { startWorker, type WorkerEnd, type WorkerProcess } from './worker-process.js';

export interface LaunchOptions {
  readonly count: number;
  /** Of each worker, for one operation. */
  readonly threads: number;
  /** What each worker is called with: command and flags, without the run's folder. */
  readonly words: readonly string[];
  /** Of the run. */
  readonly folder: string;
  readonly isResumed: boolean;
  readonly maxRestarts: number;
  readonly heartbeatSeconds: number;
}

/** @returns the exit code of the whole: the first worker's that failed, else the leader's */
export async function launchWorkers(options: LaunchOptions): Promise<number> {
  const { maxRestarts } = options;
  const elsewhere = await inOwnNetwork(options.folder);
  if (elsewhere !== undefined) return elsewhere;
  tell(
    `${options.count} workers on this machine, ${options.threads === 1 ? 'one thread' : `${options.threads} threads`} each.`,
  );
  const asked = watchSignals();
  try {
    for (let numRestarts = 0; ; numRestarts++) {
      const ends = await runOnce(options, numRestarts > 0, asked);
      const code = exitCodeOfAll(ends);
      const isLost = code === START_AGAIN_EXIT_CODE;
      if (!isLost || asked.isRequested() || numRestarts >= maxRestarts) return code;
      tell(`A worker was lost; starting all again (${numRestarts + 1} of ${maxRestarts}).`);
    }
  } finally {
    asked.stop();
  }
}

async function runOnce(options: LaunchOptions, isRestart: boolean, asked: Signals): Promise<WorkerEnd[]> {
  const { count, threads, words, folder, heartbeatSeconds } = options;
  const addresses = await freeAddresses(count);
  // A start that was lost before it had a record is made again.
  const isThere = existsSync(join(folder, 'config.json'));
  const run = (isRestart || options.isResumed) && isThere ? '--resume' : '--run';
  const workers = addresses.map((_, index) =>
    startWorker({ addresses, index, threads, words: [...words, run, folder], logFolder: join(folder, 'workers') }),
  );
  asked.passTo(workers[0]!);
  const ends: WorkerEnd[] = [];
  let deadline: NodeJS.Timeout | undefined;
  await Promise.all(
    workers.map(async (worker, index) => {
      const end = await worker.ended;
      ends[index] = end;
      if (end.code === 0 || deadline !== undefined) return;
      tellEnd(index, end);
      // The others hear of it within a heartbeat, and the leader saves.
      deadline = setTimeout(() => {
        for (const other of workers) other.kill();
      }, heartbeatSeconds * 1000);
    }),
  );
  clearTimeout(deadline);
  return ends;
}

function tellEnd(index: number, { code, signal, lastLine }: WorkerEnd): void {
  if (index === 0 && signal === null) return; // it spoke for itself
  const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  tell(`Worker ${index} ${how}${lastLine === '' ? '' : `: ${lastLine}`}`);
}

/** A wrong call or a failure counts more than being lost, which is a consequence. */
function exitCodeOfAll(ends: readonly WorkerEnd[]): number {
  const codes = ends.map(({ code, signal }) => (signal === null ? (code ?? 1) : START_AGAIN_EXIT_CODE));
  const failed = codes.find((code) => code !== 0 && code !== START_AGAIN_EXIT_CODE);
  return failed ?? codes.find((code) => code !== 0) ?? 0;
}

interface Signals {
  isRequested(): boolean;
  /** The worker that hears what this process is told; it tells the others. */
  passTo(worker: WorkerProcess): void;
  readonly stop: () => void;
}

/** A terminal's Ctrl-C reaches every worker by itself; passed on as well, it counts once. */
function watchSignals(): Signals {
  let isRequested = false;
  let leader: WorkerProcess | undefined;
  const stop = passSignals((signal) => {
    isRequested = true;
    leader?.kill(signal);
  });
  return {
    isRequested: () => isRequested,
    passTo(worker) {
      leader = worker;
    },
    stop,
  };
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
