// TF_CONFIG, TensorFlow's own description of a cluster: TFJob, Vertex AI and people write it.
import { isJsonObject, type JsonValue, parseJsonBytes } from 'training-kit/data';
import { ConfigError, reasonOf } from 'training-kit/errors';
import { printable, quoted } from '../quoted.js';
import { checkDistinct, checkedAddress } from './address.js';
import { type ClusterPlace, MAX_WORKERS } from './cluster-place.js';
import { type Environment, requiredOf, valueOf } from './variables.js';

const NAME = 'TF_CONFIG';
/** Linux gives a variable 131,072 bytes. */
const MAX_LENGTH = 131_072;

export function hasTfConfig(env: Environment): boolean {
  return valueOf(env, NAME) !== undefined;
}

/**
 * @returns undefined where it names no cluster, or one of a single worker
 * @throws ConfigError for what is no TF_CONFIG, and for jobs that this training has no work for
 */
export function placeFromTfConfig(env: Environment): ClusterPlace | undefined {
  const { cluster, task } = parsed(requiredOf(env, NAME, 'who starts the workers'));
  if (cluster === undefined) return undefined;
  if (!isJsonObject(cluster)) throw wrong(`cluster is ${quoted(cluster)}, expected an object of lists of addresses`);
  const { chief, worker, ...others } = cluster;
  const [other] = Object.keys(others);
  if (other !== undefined) throw wrong(`cluster has ${quoted(other)}. ${ONLY_WORKERS}`);
  const type = typeOf(task);
  const chiefs = listOf(chief, 'cluster.chief');
  const workers = listOf(worker, 'cluster.worker');
  if (chiefs.length > 1) throw wrong(`cluster.chief has ${chiefs.length} addresses, expected 1`);
  if (chiefs.length + workers.length < 2) return undefined;
  if (type === undefined) throw wrong(`task.type is not set. ${EXPECTED}`);
  const addresses = [...addressesOf(chiefs, 'cluster.chief'), ...addressesOf(workers, 'cluster.worker')];
  if (addresses.length > MAX_WORKERS) {
    throw wrong(`cluster has ${MAX_WORKERS + 1} workers or more, expected ${MAX_WORKERS} at most`);
  }
  checkDistinct(addresses, NAME);
  const list = type === 'chief' ? chiefs : workers;
  const index = indexIn(task, list.length, `cluster.${type}`) + (type === 'chief' ? 0 : chiefs.length);
  return { known: 'all', source: 'tf-config', addresses, index, count: addresses.length };
}

const ONLY_WORKERS =
  'Every worker here trains and adds up with the others: put all addresses under "worker" (one may be "chief"), ' +
  'and start no parameter servers and no evaluators';

function parsed(text: string): Readonly<Record<string, JsonValue>> {
  if (text.length > MAX_LENGTH) {
    throw wrong(
      `it has ${text.length.toLocaleString('en')} characters, expected ${MAX_LENGTH.toLocaleString('en')} at most`,
    );
  }
  let value: JsonValue;
  try {
    value = parseJsonBytes(Buffer.from(text));
  } catch (cause) {
    throw new ConfigError(NAME, `Cannot read ${NAME}: ${printable(reasonOf(cause))}. ${EXPECTED}.`, { cause });
  }
  if (!isJsonObject(value)) throw wrong(`it is ${quoted(value)}. ${EXPECTED}`);
  return value;
}

const EXPECTED =
  'Expected {"cluster":{"worker":["host:port",…]},"task":{"type":"worker","index":0}}, or no such variable to train alone';

function typeOf(task: JsonValue | undefined): 'chief' | 'worker' | undefined {
  const type = isJsonObject(task) ? task.type : undefined;
  if (type === 'chief' || type === 'worker' || type === undefined) return type;
  throw wrong(`task.type is ${quoted(type)}, expected "worker" or "chief". ${ONLY_WORKERS}`);
}

function listOf(value: JsonValue | undefined, name: string): readonly JsonValue[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value as readonly JsonValue[];
  throw wrong(`${name} is ${quoted(value)}, expected a list of addresses`);
}

function addressesOf(list: readonly JsonValue[], name: string): string[] {
  return list.slice(0, MAX_WORKERS + 1).map((item, i) => {
    if (typeof item === 'string') return checkedAddress(item, NAME, `${NAME}: ${name}.${i}`);
    throw wrong(`${name}.${i} is ${quoted(item)}, expected a text, host:port`);
  });
}

/** Some writers of TF_CONFIG give the index as a text. */
function indexIn(task: JsonValue | undefined, count: number, list: string): number {
  const given = isJsonObject(task) ? task.index : undefined;
  const index = typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : given;
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0) {
    throw wrong(`task.index is ${given === undefined ? 'not set' : quoted(given)}, expected a whole number from 0`);
  }
  if (index < count) return index;
  throw wrong(
    `task.index is ${index}, but ${list} has ` +
      (count === 0 ? 'no address' : count === 1 ? '1 address (0)' : `${count} addresses (0 to ${count - 1})`),
  );
}

function wrong(what: string): ConfigError {
  return new ConfigError(NAME, `${NAME}: ${what}.`);
}
