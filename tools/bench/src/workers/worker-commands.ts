// Which program does a contestant's job, and with which environment.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from 'training-kit/errors';
import { benchCacheFolder } from '../cache-folder.js';
import { leftOutLine, oneLineOf } from './left-out.js';
import { prepareNativeLoop } from './native-loop.js';
import type { OurWorkerTask } from './our-worker.js';
import { pinned } from './processor-cores.js';
import { checkOwnPython, preparePython, pythonFolder } from './python-environment.js';
import type { WorkerCommand } from './worker-process.js';
import { type Contestant, sgdSettings, type Side, type Workload } from './workload.js';

// Workers run compiled code also where this file runs from its source, in tests.
const ourWorker = fileURLToPath(new URL('../../dist/workers/our-worker.js', import.meta.url));

/** The programs behind the sides; null for a side that does not take part, or cannot. */
export interface Programs {
  /** Why a side that was to take part cannot, in one line. */
  readonly missing: ReadonlyMap<Side, string>;
  readonly python: string | null;
  readonly nativeLoop: string | null;
  /** For what torch.compile compiles. */
  readonly compileCache: string;
}

/**
 * Installs and compiles what the sides need. A side for which that fails is left out, with its reason.
 *
 * @throws ConfigError for a Python of the caller's without PyTorch
 */
export async function preparePrograms(
  sides: ReadonlySet<Side>,
  ownPython: string | null,
  onNotice: (line: string) => void,
): Promise<Programs> {
  const folder = benchCacheFolder();
  const compileCache = join(folder, 'compiled');
  await mkdir(compileCache, { recursive: true });
  const missing = new Map<Side, string>();
  const prepare = async (side: Side, make: () => Promise<string>): Promise<string | null> => {
    if (!sides.has(side)) return null;
    try {
      return await make();
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      missing.set(side, oneLineOf(error));
      onNotice(leftOutLine({ name: side, why: oneLineOf(error) }));
      return null;
    }
  };
  return {
    missing,
    python: await prepare('torch', () =>
      ownPython === null ? preparePython({ folder, onNotice }) : checkOwnPython(ownPython),
    ),
    nativeLoop: await prepare('native', () => prepareNativeLoop(folder)),
    compileCache,
  };
}

/** How to start a contestant. @param dataFile of `jobDataCommand` */
export function workerCommand(contestant: Contestant, dataFile: string, programs: Programs): WorkerCommand {
  const { name, side, workload, isCompiled, style } = contestant;
  switch (side) {
    case 'ours':
      return command(name, workload, process.execPath, [ourWorker, JSON.stringify({ workload })], {}, OUR_REMEDY);
    case 'torch': {
      const task = JSON.stringify({ workload, isCompiled, style, dataFile, sgd: sgdSettings });
      const env = { TORCHINDUCTOR_CACHE_DIR: programs.compileCache, PYTHONDONTWRITEBYTECODE: '1' };
      return command(
        name,
        workload,
        required(programs.python),
        [join(pythonFolder, 'worker.py'), task],
        env,
        TORCH_REMEDY,
      );
    }
    case 'native': {
      const args = [`${dataFile}.plan`, workload.task, String(workload.repeats)];
      return command(name, workload, required(programs.nativeLoop), args, {}, 'Leave it out by --variants ours,torch.');
    }
    default:
      throw new RangeError(`Unknown side ${String(side satisfies never)}.`);
  }
}

/** The worker that writes the numbers all contestants of these sizes start from, and ends. */
export function jobDataCommand(workload: Workload, dataFile: string): WorkerCommand {
  const task: OurWorkerTask = { workload, dataFile };
  return command('ours/data', workload, process.execPath, [ourWorker, JSON.stringify(task)], {}, OUR_REMEDY);
}

const OUR_REMEDY = '`npx nx run tensorflow-runtime:doctor` shows whether TensorFlow works.';
const TORCH_REMEDY =
  'torch.compile needs a C++ compiler; leave such variants out by --variants ours,eager, or PyTorch by --variants ours.';

function command(
  name: string,
  { threads }: Workload,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  remedy: string,
): WorkerCommand {
  const count = String(threads);
  const threadCounts = { OMP_NUM_THREADS: count, MKL_NUM_THREADS: count, TF_NUM_INTRAOP_THREADS: count };
  return { name, ...pinned(program, args, threads), env: { ...threadCounts, ...env }, remedy };
}

function required(program: string | null): string {
  if (program === null) throw new Error('A side without a program was asked to compute.');
  return program;
}
