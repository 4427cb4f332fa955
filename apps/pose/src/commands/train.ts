// `nx run pose:train`: what the shared command must know of this app.
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
  app: 'pose',
  description:
    'Trains stacked hourglasses whose convolutions come from one ring, or their shared and plain counterparts.',
  schema: configSchema,
  presets,
  defaultPreset: 'quick',
  examples: [
    { flags: '', does: 'two sub-networks from one ring on rendered figures, some minutes' },
    { flags: '--weights shared', does: 'the same weights in every sub-network, to compare with' },
    {
      flags: '--dataset mpii --images images --annotations mpii_human_pose_v1_u12_1.mat --input-size 256',
      does: 'MPII as it is downloaded',
    },
    { flags: '--resume runs/pose/NAME', does: 'goes on where it stopped' },
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
