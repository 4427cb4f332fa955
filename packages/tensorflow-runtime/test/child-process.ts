// Runs a Node program in a process of its own, as users do, on the built package.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ChildResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const packageFolder = fileURLToPath(new URL('..', import.meta.url));

/** Waits for the end of `node ...args`; never rejects for a program that fails. */
export function runNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ChildResult> {
  return new Promise((resolve) => {
    // nx asks for colours when it runs tests; a child would then print numbers in them.
    const options = { cwd: packageFolder, env: { ...process.env, FORCE_COLOR: undefined, ...env } };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr });
    });
  });
}

/** The same for a program given as text, an ES module. */
export function runScript(script: string, env: NodeJS.ProcessEnv = {}): Promise<ChildResult> {
  return runNode(['--input-type=module', '--eval', script], env);
}

/** The same, once with each number of threads for TensorFlow, at once. */
export function runWithThreads(script: string, counts: readonly number[]): Promise<ChildResult[]> {
  return Promise.all(counts.map((count) => runScript(script, { TF_NUM_INTRAOP_THREADS: String(count) })));
}
