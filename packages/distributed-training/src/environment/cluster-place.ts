// A worker's place in its cluster, as the variables that started it tell.

/** More workers than one ring of them is made for; what names more is refused before it is expanded. */
export const MAX_WORKERS = 1024;

/** Who set the variables that were read. */
export type ClusterSource = 'tf-config' | 'torch' | 'jax' | 'kubernetes' | 'slurm';

interface Place {
  readonly source: ClusterSource;
  /** This worker's own, from 0; worker 0 is the chief. */
  readonly index: number;
  /** Of all workers: 2 to `MAX_WORKERS`. */
  readonly count: number;
}

/** Every worker knows where all of them are. */
interface AllKnown extends Place {
  readonly known: 'all';
  /** `host:port` of each worker by its index; no two are the same. */
  readonly addresses: readonly string[];
}

/** Every worker knows the chief alone; the others have to tell where they are. */
interface ChiefKnown extends Place {
  readonly known: 'chief';
  /** `host:port` of worker 0. */
  readonly chief: string;
}

export type ClusterPlace = AllKnown | ChiefKnown;

const sourceWords: Readonly<Record<ClusterSource, string>> = {
  'tf-config': 'TF_CONFIG',
  torch: "torch's variables",
  jax: "JAX's variables",
  kubernetes: 'JOB_COMPLETION_INDEX and --hosts',
  slurm: "SLURM's variables",
};

/** One line that says why this process is no training of its own, and how it becomes one. */
export function describePlace({ source, index, count }: ClusterPlace): string {
  return `Worker ${index} of ${count} (0 to ${count - 1}), by ${sourceWords[source]}; --cluster none trains alone.`;
}
