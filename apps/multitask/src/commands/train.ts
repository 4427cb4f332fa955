// `nx run multitask:train`: what the shared command must know of this app.
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
  app: 'multitask',
  description: 'Trains stacked SharpNets for depth and normals, with a ring a building block, or without.',
  schema: configSchema,
  presets,
  defaultPreset: 'quick',
  examples: [
    { flags: '', does: 'two sub-networks on rendered rooms, some minutes' },
    { flags: '--weights shared-with-norms', does: 'the same sub-network twice: the second row of table 5' },
    { flags: '--dataset 2d3ds --folder DIR --input-size 256 --width-multiplier 1', does: '2D-3D-S, full network' },
    { flags: '--resume runs/multitask/NAME', does: 'goes on where it stopped' },
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
