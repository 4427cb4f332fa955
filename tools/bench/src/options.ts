// The settings of a comparison; each becomes a flag.
import { pathText, type Preset } from 'training-kit';
import { ConfigError } from 'training-kit/errors';
import { z } from 'zod';
import { physicalCores } from './workers/processor-cores.js';
import { sections } from './workers/workload.js';

const count = z.int().min(1);

export const optionsSchema = z.strictObject({
  // what
  only: z
    .enum([...sections, 'curves'])
    .nullable()
    .default(null)
    .describe('one part; none: all tables'),
  variants: z
    .array(z.string())
    .default([])
    .describe('contestants whose name has these words, as ours or torch/ring/eager; empty: all'),
  curves: z.boolean().default(false).describe('also how times grow with N, M, batch, threads and image size'),
  check: z.boolean().default(false).describe('no timing: do all compute the same? tiny network, three steps'),

  // how
  numSteps: count.default(9).describe('timed rounds'),
  warmUpSteps: count.default(3).describe('done before by each contestant; the first compiles'),
  threads: count.nullable().default(null).describe('of each process; none: physical cores'),

  // sizes
  width: count.default(64).describe('channels of the first stage; 64 is the full ResNet18'),
  ringSize: z.number().positive().default(2_359_296).describe('N: a share of M up to 1, or a number of elements'),
  batchSize: count.default(128).describe('images a step; inference: also 1'),
  imageSize: z.int().min(8).default(32).describe('side of the images, in pixels'),
});

export type BenchOptions = z.output<typeof optionsSchema>;

/** Numbers for a look whether all works; they say nothing about speed. */
const quickOptions = { width: 16, ringSize: 0.2, batchSize: 8, numSteps: 2, warmUpSteps: 1 } as const;

export const presets: Readonly<Record<'full' | 'quick', Preset<z.input<typeof optionsSchema>>>> = {
  full: { summary: 'ResNet18 at full width, batch 128, N = 2 M: the figures of docs/benchmarks.md', config: {} },
  quick: { summary: 'a tiny network, two rounds: does it all work?', config: quickOptions },
};

export const extraSchema = z.strictObject({
  quick: z.boolean().default(false).describe('the same as --preset quick'),
  updateDocs: z.boolean().default(false).describe('rewrite the tables of docs/benchmarks.md'),
  python: z.string().nullable().default(null).describe('a Python that has PyTorch, instead of installing it'),
  run: pathText().nullable().default(null).describe('folder of the results; none: a new one below runs/bench'),
});

export type BenchExtra = z.output<typeof extraSchema>;

/** `--quick` is a preset by another name. */
export function expandQuick(argv: readonly string[]): string[] {
  return argv.flatMap((word) => (word === '--quick' ? ['--quick', '--preset', 'quick'] : [word]));
}

/** Threads of each process. @throws ConfigError for more than there are cores */
export function resolveThreads({ threads }: Pick<BenchOptions, 'threads'>, cores: number = physicalCores()): number {
  if (threads === null) return cores;
  if (threads > cores) {
    throw new ConfigError(
      'threads',
      `--threads is ${threads}, but this machine has ${cores} physical cores; expected 1 to ${cores}. More threads than ` +
        'cores time the scheduler.',
    );
  }
  return threads;
}

/** What has been measured in front of strangers' work on the machine is no measurement. */
export function busyNotice(loadAverage: number, cores: number): string | undefined {
  if (loadAverage < 0.3 * cores) return undefined;
  return (
    `The machine is busy (load ${loadAverage.toFixed(1)} on ${cores} cores): threads that wait for each other, as ` +
    'PyTorch’s do, suffer most from it. Do not quote these times; run again when it is quiet.'
  );
}
