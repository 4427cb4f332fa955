// A step of SLURM, as `srun` starts it. A batch script and a shell of `salloc` are no step of several tasks: what is typed
// there trains alone.
import { ConfigError } from 'training-kit/errors';
import { checkDistinct, checkedAddress } from './address.js';
import type { ClusterPlace } from './cluster-place.js';
import { hostsOf, tasksOf } from './slurm-lists.js';
import { countOf, type Environment, indexOf, requiredOf, valueOf } from './variables.js';

/** As TensorFlow's SlurmClusterResolver; the tasks of one host count up from it. */
const FIRST_PORT = 8888;
const HOSTS = 'SLURM_STEP_NODELIST';
const TASKS = 'SLURM_STEP_TASKS_PER_NODE';
const INDEX = 'SLURM_PROCID';
const SET_BY = 'srun';

export function hasSlurm(env: Environment): boolean {
  return valueOf(env, HOSTS) !== undefined && valueOf(env, INDEX) !== undefined;
}

/**
 * @returns undefined for a single task
 * @throws ConfigError for values that are missing, cannot be, or contradict each other
 */
export function placeFromSlurm(env: Environment): ClusterPlace | undefined {
  const hostList = requiredOf(env, HOSTS, SET_BY);
  // SLURM_NTASKS may be the job's, that of the step is this one.
  const countName = valueOf(env, 'SLURM_STEP_NUM_TASKS') === undefined ? 'SLURM_NTASKS' : 'SLURM_STEP_NUM_TASKS';
  const count = countOf(env, countName, SET_BY);
  if (count === 1) return undefined;
  const index = indexOf(env, INDEX, SET_BY, countName, count);
  const hosts = hostsOf(hostList, HOSTS);
  const tasks = tasksOf(requiredOf(env, TASKS, SET_BY), TASKS);
  if (tasks.length !== hosts.length) {
    throw new ConfigError(TASKS, `${TASKS} is for ${tasks.length} hosts, but ${HOSTS} names ${hosts.length}.`);
  }
  const sum = tasks.reduce((total, each) => total + each, 0);
  if (sum !== count) throw new ConfigError(TASKS, `${TASKS} adds up to ${sum} tasks, but ${countName} is ${count}.`);

  const seats = tasks.flatMap((each, node) => Array.from({ length: each }, (_, local) => ({ node, local })));
  checkSeat(env, index, seats[index]!);
  const addresses = seats.map(({ node, local }, i) =>
    checkedAddress(`${hosts[node]!}:${FIRST_PORT + local}`, HOSTS, `${HOSTS} for worker ${i}`),
  );
  checkDistinct(addresses, HOSTS);
  return { known: 'all', source: 'slurm', addresses, index, count };
}

/** Tasks are counted host by host; srun can deal them out otherwise, and then every address would be another's. */
function checkSeat(env: Environment, index: number, seat: { readonly node: number; readonly local: number }): void {
  const node = valueOf(env, 'SLURM_NODEID');
  const local = valueOf(env, 'SLURM_LOCALID');
  const isSame = (text: string | undefined, number: number) => text === undefined || text === String(number);
  if (isSame(node, seat.node) && isSame(local, seat.local)) return;
  throw new ConfigError(
    INDEX,
    `Task ${index} is number ${local ?? '?'} on host ${node ?? '?'}, expected number ${seat.local} on host ${seat.node}. ` +
      'Start with srun --distribution=block.',
  );
}
