// The smallest runs: a few images of the rendered set, eight channels, two halvings in the stem.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRun } from 'training-kit';
import type { TrainingContext } from 'training-kit/commands';
import { afterAll } from 'vitest';
import type { DeqSettings } from '../src/config.js';

/** Two epochs of three steps; an equilibrium model unrolls in the first two of them. */
export const tiny = {
  channels: [8, 8],
  headChannels: [2, 3],
  finalChannels: 8,
  numHalvings: 2,
  renderedTrain: 14,
  renderedTest: 12,
  valExamples: 10,
  batchSize: 4,
  numEpochs: 2,
  pretrainSteps: 2,
  numUnrolled: 2,
  forwardSteps: 5,
  backwardSteps: 4,
  checkpointEvery: 2,
} as const satisfies DeqSettings;

/** A folder that is gone after the file's tests. */
export function folderOfTests(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deq-compare-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** What a training needs besides its config; interrupted once `stopAt` steps are logged. */
export async function contextOf(
  folder: string,
  config: { readonly seed: number },
  { stopAt = Infinity, resume = false }: { readonly stopAt?: number; readonly resume?: boolean } = {},
): Promise<TrainingContext> {
  const run = await openRun({ folder, config, seed: config.seed, backend: {}, resume, print: () => undefined });
  let lastStep = 0;
  const log = (step: number, metrics: Readonly<Record<string, number>>): void => {
    run.log(step, metrics);
    lastStep = step;
  };
  return {
    run: { ...run, log },
    preset: 'test',
    facts: { machine: 'test' },
    interrupt: { isRequested: () => lastStep >= stopAt },
  };
}
