// Several processes, on one machine or many, that add up vectors on TensorFlow's own runtime: its gRPC server, its
// coordination service and its collective operations, in a context beside that of tfjs.
import { createRequire } from 'node:module';
import { prepareProcess } from '../backend/prepare-process.js';
import { type ClusterSpec, serverDef, sessionConfig, taskName } from './server-def.js';

export { freeAddresses } from './free-addresses.js';
export { raiseLoopback } from './loopback.js';
export { sumInReduceOrder } from './reduce-order.js';
export type { ClusterSpec } from './server-def.js';

/** What went wrong in a cluster, as TensorFlow says it. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  /** TensorFlow's: 4 for a deadline, 14 for a worker that cannot be reached, and so on. */
  readonly tensorflowCode: number;

  constructor(message: string, tensorflowCode: number) {
    super(message);
    this.tensorflowCode = tensorflowCode;
  }
}

/**
 * One worker's part in a cluster. Nothing here blocks the event loop. Collectives are called in the same order, with the
 * same lengths, by all workers, one at a time; each settles when it has come to its end everywhere. All reject with
 * `ClusterError` once a worker has gone, within the time of a heartbeat.
 */
export interface Cluster {
  /** This worker's place, from 0; 0 leads. */
  readonly index: number;
  readonly count: number;
  /**
   * Sums over all workers, element by element, in place. Every worker gets the same bits, on every run: the order of
   * addition is that of `sumInReduceOrder`.
   *
   * @param vector float32, not to be touched until the promise settles
   */
  allReduce(vector: Float32Array): Promise<void>;
  /** Gives worker 0's elements to all, in place. */
  broadcast(vector: Float32Array): Promise<void>;
  /** Settles when all workers have come to the barrier of this name, which is used once. */
  barrier(name: string, timeoutSeconds: number): Promise<void>;
  /** Keeps a short text for all to read; a key is set once. */
  put(key: string, value: string): Promise<void>;
  /** Waits for the text. @throws ClusterError when there is none after `timeoutSeconds` */
  get(key: string, timeoutSeconds: number): Promise<string>;
  /** Makes the next call of every other worker fail with this message; to be called by one that cannot go on. */
  report(message: string): Promise<void>;
  /** Leaves, together with all others. A worker that failed reports instead, and ends its process. */
  close(): Promise<void>;
}

/** What native/cluster/cluster-addon.cc has. */
interface ClusterAddon {
  create(serverDef: Uint8Array, config: Uint8Array, device: string, numWorkers: number): unknown;
  join(context: unknown): Promise<void>;
  allReduce(context: unknown, vector: Float32Array): Promise<void>;
  broadcast(context: unknown, vector: Float32Array, isRoot: boolean): Promise<void>;
  barrier(context: unknown, name: string, timeoutMs: number): Promise<void>;
  put(context: unknown, key: string, value: string): Promise<void>;
  get(context: unknown, key: string, timeoutMs: number): Promise<string>;
  report(context: unknown, message: string): Promise<void>;
  close(context: unknown): Promise<void>;
}

/**
 * Starts this worker's server and joins the cluster, which is complete when the promise resolves.
 *
 * @throws RangeError for a spec that is not valid
 * @throws Error where TensorFlow is not provisioned; the other backends have no cluster
 * @throws ClusterError when the leader does not answer within `joinSeconds`, the own port is taken, and the like
 */
export async function openCluster(spec: ClusterSpec): Promise<Cluster> {
  checkSpec(spec);
  const prepared = prepareProcess();
  if ('message' in prepared) throw new Error(prepared.message, { cause: prepared.cause });
  const addon = createRequire(import.meta.url)(prepared.paths.cluster) as ClusterAddon;
  const { index } = spec;
  const count = spec.addresses.length;
  const device = `${taskName(index)}/device:CPU:0`;
  const context = addon.create(serverDef(spec), sessionConfig(spec), device, count);
  await translated(addon.join(context));
  return {
    index,
    count,
    allReduce: (vector) => translated(addon.allReduce(context, vector)),
    broadcast: (vector) => translated(addon.broadcast(context, vector, index === 0)),
    barrier: (name, seconds) => translated(addon.barrier(context, name, milliseconds(seconds))),
    put: (key, value) => translated(addon.put(context, key, value)),
    get: (key, seconds) => translated(addon.get(context, key, milliseconds(seconds))),
    report: (message) => translated(addon.report(context, message)),
    close: () => translated(addon.close(context)),
  };
}

/** An error as the addon makes it. */
interface AddonError extends Error {
  readonly tensorflowCode?: number;
}

async function translated<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const { message, tensorflowCode = 2 } = error as AddonError;
    throw new ClusterError(message, tensorflowCode);
  }
}

/** 0 would wait without limit. */
function milliseconds(seconds: number): number {
  return Math.max(1, Math.round(seconds * 1000));
}

function checkSpec({ addresses, index, heartbeatSeconds, joinSeconds }: ClusterSpec): void {
  if (addresses.length < 2) throw new RangeError(`The cluster has ${addresses.length} addresses, expected 2 or more.`);
  if (!Number.isInteger(index) || index < 0 || index >= addresses.length) {
    throw new RangeError(`index is ${index}, expected an integer from 0 to ${addresses.length - 1}.`);
  }
  for (const address of addresses) {
    if (!/^[^\s:/]+:\d{1,5}$/.test(address)) throw new RangeError(`'${address}' is no address, expected host:port.`);
  }
  for (const [name, seconds] of Object.entries({ heartbeatSeconds, joinSeconds })) {
    if (!(seconds >= 1)) throw new RangeError(`${name} is ${seconds}, expected 1 or more.`);
  }
}
