// Which cluster a process belongs to, from the variables that its launcher set and the flags it was given.
import { ConfigError } from 'training-kit/errors';
import type { ClusterPlace, ClusterSource } from './cluster-place.js';
import { hasJax, placeFromJax } from './jax.js';
import { placeFromKubernetes } from './kubernetes.js';
import { hasSlurm, placeFromSlurm } from './slurm.js';
import { hasTfConfig, placeFromTfConfig } from './tf-config.js';
import { hasTorch, placeFromTorch } from './torch.js';
import type { Environment } from './variables.js';

/** What the flag `--cluster` takes. */
export const clusterChoices = ['auto', 'none', 'tf-config', 'torch', 'jax', 'kubernetes', 'slurm'] as const;
export type ClusterChoice = (typeof clusterChoices)[number];

export interface ClusterFlags {
  readonly cluster: ClusterChoice;
  /** `host:port` with `{index}`, for `kubernetes`. */
  readonly hosts?: string | undefined;
  /** How many there should be; needed with `hosts`, elsewhere only compared. */
  readonly workers?: number | undefined;
}

/**
 * This process's place in a cluster. `auto` takes `--hosts` where it is given, else the first source that names two workers
 * or more, in the order of `clusterChoices`. An Indexed Job alone is none: its pods may have nothing to do with each other.
 *
 * @returns undefined for a process that trains alone: nothing is set, or a single worker
 * @throws ConfigError for what is set and cannot be, for `--workers` that differs, and for a chosen source that is not there
 */
export function clusterFromEnvironment(env: Environment, flags: ClusterFlags): ClusterPlace | undefined {
  const { cluster, hosts, workers } = flags;
  if (hosts !== undefined && cluster !== 'auto' && cluster !== 'kubernetes') {
    throw new ConfigError(
      'hosts',
      `--hosts is read with --cluster kubernetes, but --cluster is ${cluster}. Leave one out.`,
    );
  }
  if (cluster === 'none') return undefined;
  if (cluster === 'kubernetes' || hosts !== undefined) return placeFromKubernetes(env, hosts, workers);
  const place = cluster === 'auto' ? firstOf(env) : readers[cluster].place(env);
  if (place !== undefined && workers !== undefined && workers !== place.count) {
    throw new ConfigError(
      'workers',
      `--workers is ${workers}, but ${readers[place.source].name} makes this worker ${place.index} of ${place.count}. ` +
        `Leave --workers out, or pass --cluster none to start ${workers} on this machine.`,
    );
  }
  return place;
}

interface Reader {
  readonly name: string;
  /** Whether there is enough to say that somebody meant it. */
  readonly isSet: (env: Environment) => boolean;
  readonly place: (env: Environment) => ClusterPlace | undefined;
}

/** In the order in which they are tried. */
const readers: Readonly<Record<ClusterSource, Reader>> = {
  'tf-config': { name: 'TF_CONFIG', isSet: hasTfConfig, place: placeFromTfConfig },
  torch: { name: "torch's WORLD_SIZE", isSet: hasTorch, place: placeFromTorch },
  jax: { name: 'JAX_NUM_PROCESSES', isSet: hasJax, place: placeFromJax },
  kubernetes: { name: '--hosts', isSet: () => false, place: () => undefined },
  slurm: { name: 'SLURM', isSet: hasSlurm, place: placeFromSlurm },
};

function firstOf(env: Environment): ClusterPlace | undefined {
  for (const { isSet, place } of Object.values(readers)) {
    const found = isSet(env) ? orAlone(() => place(env)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Nobody asked for these variables to be read: whoever meets one by accident is told how to do without. */
function orAlone<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    throw new ConfigError(cause.key, `${cause.message} To train alone, pass --cluster none.`, { cause });
  }
}
