// From a worker's place to its part in the cluster, with a word every ten seconds about who is missing.
import { connect } from 'node:net';
import { type Cluster, ClusterError, openCluster } from 'tensorflow-runtime/cluster';
import { codeOf, ConfigError, reasonOf, WorkersLost } from 'training-kit/errors';
import { trainingError } from './cluster-team.js';
import { hostAndPortOf } from './environment/address.js';
import { hold } from './own-port.js';
import { tellWaiting } from './tell-waiting.js';

/** Where all workers can be reached, and which one this is. */
export interface WorkerAddresses {
  /** `host:port` of every worker, by its index. */
  readonly addresses: readonly string[];
  readonly index: number;
}

export interface JoinOptions {
  readonly place: WorkerAddresses;
  readonly heartbeatSeconds: number;
  /** How long to wait for all workers. */
  readonly joinSeconds: number;
  readonly note: (line: string) => void;
}

const PROBE_MS = 3_000;

/**
 * Joins the cluster once all workers are there.
 *
 * @throws ConfigError for a port that is taken; WorkersLost where not all have come in time
 */
export async function joinCluster(options: JoinOptions): Promise<Cluster> {
  const { place, heartbeatSeconds, joinSeconds } = options;
  await checkOwnPort(place);
  const watch = tellMissing(options);
  try {
    return await Promise.race([openCluster({ ...place, heartbeatSeconds, joinSeconds }), watch.givenUp]);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (error.tensorflowCode !== DEADLINE_EXCEEDED) throw trainingError(error, { ...place, heartbeatSeconds });
    throw await notCome(place, joinSeconds);
  } finally {
    watch.stop();
  }
}

const DEADLINE_EXCEEDED = 4;

/** TensorFlow would say in a log, not in its error, that a port is taken. */
async function checkOwnPort({ addresses, index }: WorkerAddresses): Promise<void> {
  const { port } = hostAndPortOf(addresses[index]!);
  const refused = (what: string): ConfigError =>
    new ConfigError('cluster', `Port ${port} of worker ${index} ${what}. End what has it, or give another port.`);
  const held = await hold(port).catch((error: unknown) => {
    throw refused(`cannot be used (${reasonOf(error)})`);
  });
  if (held === undefined) throw refused('is taken');
  await held.release();
}

/** The leader asks all others, they ask the leader. */
function tellMissing({ place, joinSeconds, note }: JoinOptions) {
  const stopTelling = tellWaiting(note, () => missingWorkers(place));
  let giveUp: NodeJS.Timeout | undefined;
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = setTimeout(() => {
      void notCome(place, joinSeconds).then(reject);
    }, joinSeconds * 1000);
  });
  return {
    givenUp,
    stop() {
      stopTelling();
      clearTimeout(giveUp);
    },
  };
}

async function notCome(place: WorkerAddresses, joinSeconds: number): Promise<WorkersLost> {
  const missing = await missingWorkers(place);
  const who = missing === '' ? 'Others' : `${missing.charAt(0).toUpperCase()}${missing.slice(1)}`;
  return new WorkersLost(
    `${who} did not come within ${joinSeconds} s (--join-timeout). Start all ${place.addresses.length} again.`,
  );
}

/** `workers 2 (10.0.0.7:2222: connection refused), 3 (…)`; '' where all that were asked answer. */
async function missingWorkers({ addresses, index }: WorkerAddresses): Promise<string> {
  const asked = index === 0 ? addresses.map((_, other) => other).slice(1) : [0];
  const found = await Promise.all(
    asked.map(async (other) => {
      const reason = await probe(addresses[other]!);
      return reason === undefined ? [] : [`${other} (${addresses[other]}: ${reason})`];
    }),
  );
  const missing = found.flat();
  return missing.length === 0 ? '' : `${missing.length === 1 ? 'worker' : 'workers'} ${missing.join(', ')}`;
}

/** Why nobody answers there; undefined where somebody does. */
function probe(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({
      ...hostAndPortOf(address),
      timeout: PROBE_MS,
    });
    const end = (reason: string | undefined): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.on('connect', () => {
      end(undefined);
    });
    socket.on('timeout', () => {
      end('no answer');
    });
    socket.on('error', (error) => {
      end(reasonInWords(error));
    });
  });
}

function reasonInWords(error: Error): string {
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'no such host';
    default:
      return reasonOf(error);
  }
}
