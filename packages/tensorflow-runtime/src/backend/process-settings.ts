// Settings that native code reads from the environment, once, when it is loaded. They are made natively: in a worker thread
// `process.env` is a copy of the process's environment, and what is set there reaches no native code.
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';

/** What native/support/process-settings.cc offers. */
interface SettingsAddon {
  /** The first call of the process makes the settings; each returns the environment as it was after that. */
  readonly fix: (wanted: Record<string, string>, defaults: Record<string, string>) => Record<string, string>;
  readonly instructionSet: string;
}

export interface ProcessSettings {
  /** Threads that one operation uses on the CPU. */
  readonly threads: number;
  readonly isOneDnnOn: boolean;
  /** The level of x86-64 that our own loops run at: 'x86-64', 'x86-64-v3' or 'x86-64-v4'. */
  readonly instructionSet: string;
}

/** What TensorFlow and the libraries below it read. */
const native = /^(TF|TF2|XLA|ONEDNN|DNNL|OMP|KMP|MKL|CUDA|CUDNN|CUBLAS|NCCL|NVIDIA)_/;

const defaults: Readonly<Record<string, string>> = {
  // 2: errors only.
  TF_CPP_MIN_LOG_LEVEL: '2',
  // By itself TensorFlow takes oneDNN's convolutions on newer processors only; the same code everywhere is what is tested.
  TF_ENABLE_ONEDNN_OPTS: '1',
};

/**
 * Makes the settings of this thread's environment those of the process, before TensorFlow is loaded into it.
 *
 * @param file the cached addon's companion
 * @throws RangeError when another thread has loaded TensorFlow with other settings, or one is no valid value
 */
export function makeProcessSettings(file: string, env: NodeJS.ProcessEnv = process.env): ProcessSettings {
  const wanted = nativeSettings(env);
  const threads = parseThreads(wanted.TF_NUM_INTRAOP_THREADS);
  const { fix, instructionSet } = createRequire(import.meta.url)(file) as SettingsAddon;
  const found = fix(wanted, defaults);
  for (const [name, value] of Object.entries(wanted)) {
    if (found[name] !== value) throw new RangeError(tooLate(name, value, found[name]));
  }
  return {
    threads: threads ?? parseThreads(found.TF_NUM_INTRAOP_THREADS) ?? availableParallelism(),
    isOneDnnOn: !['0', 'false'].includes(found.TF_ENABLE_ONEDNN_OPTS?.toLowerCase() ?? ''),
    instructionSet,
  };
}

/** The settings in `env` that are for native code. */
export function nativeSettings(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(env).filter(([name, value]) => native.test(name) && value !== undefined);
  return Object.fromEntries(entries) as Record<string, string>;
}

/** null: as many as there are processors. */
export function parseThreads(value: string | undefined): number | null {
  if (value === undefined || value === '' || value === '0') return null;
  if (/^\d+$/.test(value)) return Number(value);
  throw new RangeError(
    `TF_NUM_INTRAOP_THREADS is '${value}', expected an integer from 1 on, or 0 for as many threads as processors.`,
  );
}

function tooLate(name: string, wanted: string, found: string | undefined): string {
  return (
    `${name} is '${wanted}' in this thread, but TensorFlow was loaded into this process with ` +
    `${found === undefined ? 'nothing set' : `'${found}'`}, and reads its settings once.\n` +
    `Set ${name} in the environment of the whole process, or before the first thread loads TensorFlow; or leave it out here.`
  );
}
