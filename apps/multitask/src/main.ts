// Arguments in, exit code out.
import { runApp } from 'training-kit';
import { benchCommand } from './commands/bench.js';
import { evaluateCommand } from './commands/evaluate.js';
import { experimentCommand } from './commands/experiment.js';
import { predictCommand } from './commands/predict.js';
import { renderCommand } from './commands/render.js';
import { sweepCommand } from './commands/sweep.js';
import { trainCommand } from './commands/train.js';

await runApp('multitask', {
  train: trainCommand,
  sweep: sweepCommand,
  experiment: experimentCommand,
  evaluate: evaluateCommand,
  predict: predictCommand,
  render: renderCommand,
  bench: benchCommand,
});
