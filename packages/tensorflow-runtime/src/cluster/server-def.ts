// What TensorFlow's server is told of the cluster, as the protocol buffers ServerDef and ConfigProto.
import { integerField, messageField, type Pieces, stringField } from '../freeze/protobuf-wire.js';

/** A cluster and one worker's place in it. */
export interface ClusterSpec {
  /** `host:port` of every worker, by its index; worker 0 leads. The same list at all of them. */
  readonly addresses: readonly string[];
  /** This worker's own. */
  readonly index: number;
  /** Silence after which a worker counts as gone; seconds. */
  readonly heartbeatSeconds: number;
  /** How long a worker waits for the leader to answer; seconds. The leader itself waits without limit. */
  readonly joinSeconds: number;
}

const JOB = 'worker';

/** Leaving takes all of them; a worker that does not come then is gone. */
const SHUTDOWN_SECONDS = 10;

/** The device of a worker in the names that TensorFlow gives it. */
export function taskName(index: number): string {
  return `/job:${JOB}/replica:0/task:${index}`;
}

/** Fields of tensorflow_server.proto and cluster.proto. */
export function serverDef(spec: ClusterSpec): Uint8Array {
  const tasks = spec.addresses.map((address, index) =>
    messageField(2, [...(index === 0 ? [] : [integerField(1, index)]), stringField(2, address)]),
  );
  return joined([
    messageField(1, [messageField(1, [stringField(1, JOB), ...tasks])]),
    stringField(2, JOB),
    integerField(3, spec.index),
    messageField(4, configFields(spec)),
    stringField(5, 'grpc'),
  ]);
}

/** Of the context itself: collectives have a leader, and errors of one worker reach the others. */
export function sessionConfig(spec: ClusterSpec): Uint8Array {
  return joined(configFields(spec));
}

/** Fields of config.proto and coordination_config.proto. */
function configFields({ addresses, heartbeatSeconds, joinSeconds }: ClusterSpec): Pieces[] {
  const coordination = [
    stringField(1, 'standalone'),
    stringField(2, taskName(0)),
    integerField(3, 1), // enable_health_check
    integerField(4, milliseconds(joinSeconds)),
    integerField(5, milliseconds(heartbeatSeconds)),
    integerField(7, milliseconds(SHUTDOWN_SECONDS)),
    messageField(10, [stringField(1, JOB), integerField(2, addresses.length)]),
  ];
  return [messageField(16, [stringField(1, taskName(0)), messageField(23, coordination)])];
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}

function joined(fields: readonly Pieces[]): Uint8Array {
  return Buffer.concat(fields.flat());
}
