// Flags of commands that make several runs, and what must hold between them.
import { z } from 'zod';
import { pathText } from '../command-line/settings.js';
import { ConfigError } from '../errors.js';
import { deviceFlag } from './backend.js';

export const queueFlags = {
  runsFolder: pathText().nullable().default(null).describe('where the runs are; several machines may share it'),
  shard: z.string().nullable().default(null).describe('K/N: make every N-th run, from the K-th on'),
  dryRun: z.boolean().default(false).describe('list the runs and end'),
  status: z.boolean().default(false).describe('tell how far each run is, write page and CSV, and end'),
  keyFile: pathText()
    .nullable()
    .default(null)
    .describe('key that weights are drawn from in place of seeds, of all runs; made when there is no such file yet'),
  device: deviceFlag,
};

/** What they say. */
export type QueueFlags = z.output<z.ZodObject<typeof queueFlags>>;

/** @throws ConfigError */
export function checkQueueFlags({ dryRun, status }: QueueFlags): void {
  if (dryRun && status) {
    throw new ConfigError('status', '--dry-run and --status are both given; give one of them.');
  }
}
