// The variables of torchrun, of PyTorchJob and of Kubeflow Trainer's `mlPolicy.torch`: an index, a count and the chief's address.
import { ConfigError } from 'training-kit/errors';
import { checkedAddress } from './address.js';
import { type ClusterPlace, MAX_WORKERS } from './cluster-place.js';
import { countOf, type Environment, indexOf, requiredOf, valueOf, wholeNumber } from './variables.js';

/** torchrun gives its processes a rank each; Kubeflow Trainer gives torchrun, which it expects, the node's. */
interface Names {
  readonly index: string;
  readonly count: string;
  readonly host: string;
  readonly port: string;
  readonly setBy: string;
}

const ofProcess: Names = {
  index: 'RANK',
  count: 'WORLD_SIZE',
  host: 'MASTER_ADDR',
  port: 'MASTER_PORT',
  setBy: 'torchrun, as PyTorchJob',
};
const ofNode: Names = {
  index: 'PET_NODE_RANK',
  count: 'PET_NNODES',
  host: 'PET_MASTER_ADDR',
  port: 'PET_MASTER_PORT',
  setBy: 'Kubeflow Trainer',
};

/** RANK and MASTER_ADDR alone say nothing: shells and images keep them from other work. */
export function hasTorch(env: Environment): boolean {
  return valueOf(env, ofProcess.count) !== undefined || valueOf(env, ofNode.count) !== undefined;
}

/**
 * Under torchrun the port above MASTER_PORT is taken, since torchrun itself listens on that.
 *
 * @returns undefined for a single worker
 * @throws ConfigError for values that are missing or cannot be
 */
export function placeFromTorch(env: Environment): ClusterPlace | undefined {
  // Under torchrun in a node of Kubeflow Trainer both are set; a process is what trains.
  const names = valueOf(env, ofProcess.count) === undefined && hasTorch(env) ? ofNode : ofProcess;
  const { setBy } = names;
  checkFixed(env, names);
  const count = countOf(env, names.count, setBy);
  if (count === 1) return undefined;
  const index = indexOf(env, names.index, setBy, names.count, count);
  const host = requiredOf(env, names.host, setBy);
  const isUnderTorchrun = names === ofProcess && valueOf(env, 'TORCHELASTIC_RUN_ID') !== undefined;
  const port = wholeNumber(names.port, requiredOf(env, names.port, setBy), 1, isUnderTorchrun ? 65_534 : 65_535);
  const chief = checkedAddress(
    `${host}:${isUnderTorchrun ? port + 1 : port}`,
    names.host,
    `${names.host}:${names.port}`,
  );
  return { known: 'chief', source: 'torch', chief, index, count };
}

/** torchrun takes `1:4` for a number of nodes that changes. */
function checkFixed(env: Environment, { count }: Names): void {
  const text = valueOf(env, count);
  if (text === undefined || !/^\d{1,9}:\d{1,9}$/.test(text)) return;
  throw new ConfigError(
    count,
    `${count} is ${text}, expected one number from 1 to ${MAX_WORKERS}: the number of workers is fixed from start to end.`,
  );
}
