// `nx run deq-compare:train`: what the shared command must know of this app.
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
  app: 'deq-compare',
  description: 'Trains a multiscale deep equilibrium model, or its block repeated from one ring (table 1).',
  schema: configSchema,
  presets,
  defaultPreset: 'quick',
  examples: [
    { flags: '', does: 'a narrow equilibrium model on rendered shapes, a few minutes' },
    { flags: '--network rpg --num-blocks 3', does: 'the same block three times, from one ring' },
    { flags: '--differentiation phantom --solver anderson', does: 'another gradient, another solver' },
    { flags: '--preset cifar10-rpg3 --data data', does: 'CIFAR-10 at the size of table 1' },
    { flags: '--resume runs/deq-compare/NAME', does: 'goes on where it stopped' },
  ],
  checkConfig,
  sizeOf: networkSize,
  costOf: forwardCost,
  whyNoKey: (config) =>
    config.network === 'mdeq' ? 'the network is mdeq, whose block has its own weights' : whyNothingIsDrawn(config),
  resumeRules,
  effects,
  train,
};

/** Trains as the flags say. */
export async function trainCommand(argv: readonly string[]): Promise<void> {
  await runSharedTrainCommand(trainSpec, argv);
}
