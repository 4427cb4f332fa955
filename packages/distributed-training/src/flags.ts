// Flags of a training that several workers can share.
import { z } from 'zod';
import { clusterChoices } from './environment/cluster-from-environment.js';

const seconds = z.number().min(1).max(86_400);

export const clusterFlags = {
  workers: z
    .int()
    .min(1)
    .max(1024)
    .nullable()
    .default(null)
    .describe('processes on this machine that share each batch; with --cluster kubernetes, how many pods'),
  threads: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('of each worker on this machine; the cores shared out when left out'),
  cluster: z
    .enum(clusterChoices)
    .default('auto')
    .describe('whose variables tell the workers of several machines; auto: the first that are set'),
  hosts: z
    .string()
    .nullable()
    .default(null)
    .describe("kubernetes: where worker {index} is, such as 'train-{index}.train:2222'"),
  joinTimeout: seconds.default(600).describe('seconds to wait for all workers at the start'),
  heartbeat: seconds.default(30).describe('seconds of silence after which a worker counts as gone'),
  maxRestarts: z
    .int()
    .min(0)
    .default(3)
    .describe('how often workers on this machine are started again when one of them was lost'),
};

export type ClusterFlags = z.output<z.ZodObject<typeof clusterFlags>>;
