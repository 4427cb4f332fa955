// One worker of this machine as a child process: the leader has the terminal, what the others say goes to a file.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface WorkerStart {
  readonly addresses: readonly string[];
  readonly index: number;
  readonly threads: number;
  readonly words: readonly string[];
  /** In the run's folder; what a worker said is kept there when it has ended. */
  readonly logFolder: string;
}

export interface WorkerEnd {
  /** null for one that a signal ended. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Of what it said, where that is not seen by itself; '' for none. */
  readonly lastLine: string;
}

export interface WorkerProcess {
  readonly ended: Promise<WorkerEnd>;
  /** SIGKILL when left out. */
  kill(signal?: NodeJS.Signals): void;
}

/** Set for workers that a launcher on their machine watches. */
const LAUNCHED = 'TRAINING_LAUNCHED';

export function isLaunched(): boolean {
  return process.env[LAUNCHED] !== undefined;
}

/** More is cut off at the front. */
const KEPT_LETTERS = 1_000_000;

/** Starts this program once more, told by TF_CONFIG which worker it is. */
export function startWorker({ addresses, index, threads, words, logFolder }: WorkerStart): WorkerProcess {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...words], {
    env: {
      ...process.env,
      TF_CONFIG: JSON.stringify({ cluster: { worker: addresses }, task: { type: 'worker', index } }),
      TF_NUM_INTRAOP_THREADS: String(threads),
      [LAUNCHED]: 'yes',
    },
    stdio: index === 0 ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  const said = index === 0 ? () => '' : listen(child);
  const ended = new Promise<WorkerEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const text = said();
      void keepLog(join(logFolder, `${index}.log`), text).then(() => {
        resolve({ code, signal, lastLine: text.trimEnd().split('\n').at(-1)?.slice(0, 500) ?? '' });
      });
    });
  });
  return {
    ended,
    kill(signal = 'SIGKILL') {
      child.kill(signal);
    },
  };
}

function listen(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (piece: string) => {
      text = (text + piece).slice(-KEPT_LETTERS);
    });
  }
  return () => text;
}

/** Only where there is a run; what cannot be kept is no reason to fail. */
async function keepLog(file: string, text: string): Promise<void> {
  const folder = dirname(file);
  if (text === '' || !existsSync(join(dirname(folder), 'config.json'))) return;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(file, text);
  } catch {
    // A full disk, which the leader meets by itself.
  }
}
