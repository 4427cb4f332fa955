// Members of a comparison as they are after their trainings, which nobody made: their numbers are chosen.
import type { LogEntry } from 'training-kit';
import { type ComparisonConfig, comparisonSchema, memberConfig } from '../src/comparison/config.js';
import type { FinishedMember } from '../src/comparison/finished-member.js';
import type { InferenceTimes } from '../src/comparison/inference-times.js';
import type { TrainingResult } from '../src/comparison/result.js';

/** How the searches of `madeMember('mdeq')` went. */
export const madeSolves = {
  numSearches: 2,
  numSamples: 40,
  numSteps: 17.5,
  residual: 0.0123,
  unsolved: 0.25,
  diverged: 3,
  notFinite: 2,
  restarts: 1,
  trace: [0.5, 0.1, 0.02],
} as const;

/** What `madeMember` may be told. */
interface Made {
  readonly config?: ComparisonConfig;
  /** Share of test. */
  readonly top1?: number;
  readonly parameters?: Partial<TrainingResult['parameters']>;
  readonly history?: readonly LogEntry[];
}

/** A member by its name; `mdeq` alone has searched. */
export function madeMember(
  name: string,
  { config = comparisonSchema.parse({}), top1 = 0.5, parameters = {}, history = [] }: Made = {},
): FinishedMember {
  return {
    name,
    config: memberConfig(config, name),
    result: {
      step: 4,
      stepsPerEpoch: 2,
      parameters: {
        ring: 1000,
        stem: 20,
        head: 30,
        norm: 40,
        bias: 5,
        total: 1095,
        generated: 2000,
        plainTotal: 2095,
        ...parameters,
      },
      test: { numExamples: 40, loss: 1.5, top1, top5: 0.9 },
      solves: name === 'mdeq' ? madeSolves : null,
    },
    history,
    folder: name,
  };
}

/** Milliseconds an image of member `name`: half the median at the fastest, twice it at the slowest. */
export function madeTimes(name: string, batchSize: number, median: number): InferenceTimes {
  const perImage = { median, min: median / 2, max: 2 * median };
  return { name, batchSize, perImage, ...(name === 'mdeq' ? { numSteps: 17.5 } : {}) };
}
