// An Indexed Job of Kubernetes: the pod's index from the environment, all hosts from a pattern, since a headless service
// gives pod i of job `train` the name `train-i.train`.
import { ConfigError } from 'training-kit/errors';
import { quoted } from '../quoted.js';
import { checkDistinct, checkedAddress } from './address.js';
import { type ClusterPlace, MAX_WORKERS } from './cluster-place.js';
import { type Environment, indexOf } from './variables.js';

const MARK = '{index}';
const MAX_PATTERN_LENGTH = 300;

/**
 * @param hosts `host:port` with `{index}` in the place of the worker's index
 * @param workers how many; undefined where the flag was not given
 * @returns undefined for a single worker
 * @throws ConfigError for flags and variables that are missing or cannot be
 */
export function placeFromKubernetes(
  env: Environment,
  hosts: string | undefined,
  workers: number | undefined,
): ClusterPlace | undefined {
  if (hosts === undefined) {
    throw new ConfigError('hosts', `--cluster kubernetes needs --hosts, as in --hosts 'train-${MARK}.train:2222'.`);
  }
  if (workers === undefined) {
    throw new ConfigError('workers', '--hosts needs --workers: as many as the job has completions.');
  }
  if (!Number.isInteger(workers) || workers < 1 || workers > MAX_WORKERS) {
    throw new ConfigError('workers', `--workers is ${workers}, expected a whole number from 1 to ${MAX_WORKERS}.`);
  }
  if (hosts.length > MAX_PATTERN_LENGTH || !hosts.includes(MARK)) {
    throw new ConfigError('hosts', `--hosts is ${quoted(hosts)}, expected a pattern like 'train-${MARK}.train:2222'.`);
  }
  if (workers === 1) return undefined;
  const index = indexOf(env, 'JOB_COMPLETION_INDEX', 'a job with completionMode: Indexed', '--workers', workers);
  const addresses = Array.from({ length: workers }, (_, i) =>
    checkedAddress(hosts.replaceAll(MARK, String(i)), 'hosts', `--hosts for worker ${i}`),
  );
  checkDistinct(addresses, 'hosts', '--hosts');
  return { known: 'all', source: 'kubernetes', addresses, index, count: workers };
}
