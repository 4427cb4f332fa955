// `--dry-run` of a training: what would be trained, and what that costs, told without data and backend.
import type { z } from 'zod';
import { costText } from '../weights/forward-cost.js';
import { alignedLines } from '../words/aligned-lines.js';
import { checkTraining, type NetworkCommandSpec } from './training.js';

/**
 * N, M and multiply-adds of the network, and how to find out about time.
 *
 * @throws ConfigError for settings that do not fit together
 */
export function describeTraining<Config extends z.ZodObject>(
  spec: NetworkCommandSpec<Config>,
  config: z.output<Config>,
): string {
  checkTraining(spec, config);
  const { ringSize, numGenerated } = spec.sizeOf(config);
  const rows = [
    ['N', ringSize.toLocaleString('en'), 'trained numbers of the backbone'],
    ['M', numGenerated.toLocaleString('en'), 'weights of the backbone'],
    ['multiply-adds', costText(spec.costOf(config)), 'of one forward pass of one example'],
  ];
  const lines = alignedLines(rows, (column) => column === 1);
  return [...lines, `Nothing is trained. \`npx nx run ${spec.app}:bench\` tells how long a step takes.`].join('\n');
}
