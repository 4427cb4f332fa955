// Arguments in, exit code out.
import { runApp } from 'training-kit';
import { benchCommand } from './commands/bench.js';
import { evaluateCommand } from './commands/evaluate.js';
import { experimentCommand } from './commands/experiment.js';
import { predictCommand } from './commands/predict.js';
import { sweepCommand } from './commands/sweep.js';
import { trainCommand } from './commands/train.js';

await runApp('pose', {
  train: trainCommand,
  sweep: sweepCommand,
  experiment: experimentCommand,
  evaluate: evaluateCommand,
  predict: predictCommand,
  bench: benchCommand,
});
