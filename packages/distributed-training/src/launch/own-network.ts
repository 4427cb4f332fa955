// A network namespace for the workers of this machine: TensorFlow's server listens on all interfaces and asks nobody who
// he is, so it gets a network that has no other.
import { spawn, spawnSync } from 'node:child_process';
import { raiseLoopback } from 'tensorflow-runtime/cluster';
import { passSignals } from './pass-signals.js';

/** Set for the launcher inside; its value is the run's folder, which the one outside has made. */
const INSIDE = 'TRAINING_OWN_NETWORK';

/** The run's folder that the launcher outside has made; undefined outside. */
export function folderFromOutside(): string | undefined {
  return process.env[INSIDE];
}

/** As an ordinary user: in a user namespace, too, in which he may have a network of his own. */
const unshare = ['unshare', '--map-root-user', '--net', '--'] as const;

/**
 * Runs this program again in a network of its own, where the system allows it; says so where it does not.
 *
 * @returns its exit code; undefined where this process is to go on itself
 */
export async function inOwnNetwork(folder: string): Promise<number | undefined> {
  if (process.env[INSIDE] !== undefined) {
    raiseLoopback();
    return undefined;
  }
  const [program, ...args] = unshare;
  if (spawnSync(program, [...args, 'true'], { stdio: 'ignore' }).status !== 0) {
    process.stdout.write(
      'This system gives no network of their own to the workers (unshare --net): their servers, which ask nobody who he is, ' +
        'can be reached from outside until the training ends.\n',
    );
    return undefined;
  }
  const words = [...args, process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn(program, words, { env: { ...process.env, [INSIDE]: folder }, stdio: 'inherit' });
  const stop = passSignals((signal) => child.kill(signal));
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        resolve(code ?? 1);
      });
    });
  } finally {
    stop();
  }
}
