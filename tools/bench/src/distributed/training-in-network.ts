// Runs in a network of its own: trains twice, with few and with more steps, so that what is sent at start and end falls out.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { raiseLoopback } from 'tensorflow-runtime/cluster';
import { latestCheckpoint, medianOf } from 'training-kit';
import type { TrainingTimes } from './measure-workers.js';

interface Settings {
  readonly flags: readonly string[];
  readonly workers: number;
  readonly threads: number;
  readonly batchSize: number;
  readonly numSteps: number;
}

/** The first steps allocate and wait for the first batches. */
const WARM_UP_STEPS = 3;

const { flags, workers, threads, batchSize, numSteps } = JSON.parse(process.argv[2]!) as Settings;
const main = fileURLToPath(new URL('../../../../apps/classification/dist/main.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'bench-distributed-'));
try {
  raiseLoopback();
  const bytesBefore = sentBytes();
  train('few', WARM_UP_STEPS);
  const bytesBetween = sentBytes();
  train('more', WARM_UP_STEPS + numSteps);
  const bytesBehind = sentBytes();
  const result: TrainingTimes = {
    stepMs: medianOf(stepTimes('more').slice(WARM_UP_STEPS)),
    bytesAStep: workers === 1 ? undefined : (bytesBehind - 2 * bytesBetween + bytesBefore) / numSteps,
    numbersAStep: await numbersOf('few'),
  };
  console.log(JSON.stringify(result));
} finally {
  rmSync(scratch, { recursive: true });
}

function train(name: string, steps: number): void {
  const of = workers === 1 ? [] : ['--workers', String(workers), '--threads', String(threads)];
  const words = ['train', ...flags, '--rendered-train', String(batchSize * steps), '--num-epochs', '1', ...of];
  execFileSync(process.execPath, [main, ...words, '--run', join(scratch, name)], {
    // Already in a network of its own: the launcher makes no other.
    env: { ...process.env, TRAINING_OWN_NETWORK: join(scratch, name), TF_NUM_INTRAOP_THREADS: String(threads) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** By the loopback interface since it was made. */
function sentBytes(): number {
  const line = readFileSync('/proc/net/dev', 'utf8')
    .split('\n')
    .find((text) => text.trim().startsWith('lo:'));
  return Number(line?.trim().split(/\s+/)[1]);
}

function stepTimes(name: string): number[] {
  const lines = readFileSync(join(scratch, name, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return lines.flatMap((line) => (JSON.parse(line) as { stepMs?: number }).stepMs ?? []);
}

/** What is trained and the moving averages: what workers add up, but for the loss. */
async function numbersOf(name: string): Promise<number> {
  const checkpoint = await latestCheckpoint(join(scratch, name, 'checkpoints'), () => undefined);
  return [...checkpoint!.tensors]
    .filter(([key]) => !key.startsWith('optimizer/'))
    .reduce((sum, [, { data }]) => sum + data.length, 0);
}
