// `nx run deq-compare:experiment`: the trainings behind tables of the paper.
import { runExperimentCommand } from 'training-kit/commands';
import { experiments } from '../experiments/index.js';
import { trainSpec } from './train.js';

export async function experimentCommand(argv: readonly string[]): Promise<void> {
  await runExperimentCommand(trainSpec, experiments, argv);
}
