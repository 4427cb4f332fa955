// A training of one step for tests of commands: what an app would tell the commands, and the lines they print.
import { afterEach, beforeEach, vi } from 'vitest';
import { z } from 'zod';
import type { NetworkCommandSpec } from '../src/commands/training.js';

export const toySchema = z.strictObject({
  seed: z.int().min(0).default(1),
  keepCheckpoints: z.int().min(1).default(1),
  rate: z.number().positive().default(0.1),
  startFrom: z.string().nullable().default(null),
});
export type ToyTrain = NetworkCommandSpec<typeof toySchema>['train'];

export function toySpec(train: ToyTrain): NetworkCommandSpec<typeof toySchema> {
  return {
    app: 'pose',
    description: 'Trains.',
    schema: toySchema,
    presets: { quick: { summary: 'fast', config: {} } },
    defaultPreset: 'quick',
    effects: [],
    examples: [],
    checkConfig: () => undefined,
    whyNoKey: () => undefined,
    sizeOf: ({ rate }) => ({ ringSize: Math.round(1000 * rate), numGenerated: 2000 }),
    costOf: ({ rate }) => ({ multiplyAdds: Math.round(1e6 * rate) }),
    resumeRules: { seed: 'fixed', keepCheckpoints: 'free', rate: 'future', startFrom: 'fixed' },
    train,
  };
}

/** What is printed, line by line; emptied before each test. Standard output stays silent. */
export function printedLines(): string[] {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(console, 'log').mockImplementation((line: string) => {
      lines.push(line);
    });
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return lines;
}
