// `nx run pose:sweep`: trainings in all combinations of some settings.
import { runSweepCommand } from 'training-kit/commands';
import { trainSpec } from './train.js';

export async function sweepCommand(argv: readonly string[]): Promise<void> {
  await runSweepCommand(trainSpec, argv);
}
