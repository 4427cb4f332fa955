// The variables that `jax.distributed` reads, and Kubeflow Trainer's `mlPolicy.jax` sets.
import { checkedAddress } from './address.js';
import type { ClusterPlace } from './cluster-place.js';
import { countOf, type Environment, indexOf, requiredOf, valueOf } from './variables.js';

const COUNT = 'JAX_NUM_PROCESSES';
const CHIEF = 'JAX_COORDINATOR_ADDRESS';
const SET_BY = 'who starts JAX, or Kubeflow Trainer,';

export function hasJax(env: Environment): boolean {
  return valueOf(env, COUNT) !== undefined;
}

/** @returns undefined for a single worker @throws ConfigError for values that are missing or cannot be */
export function placeFromJax(env: Environment): ClusterPlace | undefined {
  const count = countOf(env, COUNT, SET_BY);
  if (count === 1) return undefined;
  const index = indexOf(env, 'JAX_PROCESS_ID', SET_BY, COUNT, count);
  const chief = checkedAddress(requiredOf(env, CHIEF, SET_BY), CHIEF);
  return { known: 'chief', source: 'jax', chief, index, count };
}
