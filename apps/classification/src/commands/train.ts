// `nx run classification:train`: what the shared command must know of this app.
import { runSharedTrainCommand } from 'distributed-training';
import { whyNothingIsDrawn } from 'training-kit';
import type { NetworkCommandSpec } from 'training-kit/commands';
import { checkConfig, configSchema, resumeRules } from '../config.js';
import { forwardCost, networkSize } from '../model/network.js';
import { presets } from '../presets/index.js';
import { effects } from '../setting-effects.js';
import { train } from '../train.js';

/** The command, for sweeps as well. */
export const trainSpec: NetworkCommandSpec<typeof configSchema> = {
  app: 'classification',
  description: 'Trains a ResNet whose weights come from one ring, or its plain and shared counterparts.',
  schema: configSchema,
  presets,
  defaultPreset: 'quick',
  examples: [
    { flags: '', does: 'half the weights, rendered shapes, a few minutes' },
    { flags: '--preset cifar10-small --data data --ring-size 0.1', does: 'CIFAR-10 with a tenth of the weights' },
    { flags: '--weights independent', does: 'the plain network, to compare with' },
    { flags: '--resume runs/classification/NAME', does: 'goes on where it stopped' },
  ],
  checkConfig,
  sizeOf: networkSize,
  costOf: forwardCost,
  whyNoKey: whyNothingIsDrawn,
  resumeRules,
  effects,
  train,
};

/** Trains as the flags say. */
export async function trainCommand(argv: readonly string[]): Promise<void> {
  await runSharedTrainCommand(trainSpec, argv);
}
