// Arguments in, exit code out.
import { runApp } from 'training-kit';
import { benchCommand } from './commands/bench.js';
import { compareCommand } from './commands/compare.js';
import { evaluateCommand } from './commands/evaluate.js';
import { experimentCommand } from './commands/experiment.js';
import { sweepCommand } from './commands/sweep.js';
import { trainCommand } from './commands/train.js';

await runApp('deq-compare', {
  train: trainCommand,
  sweep: sweepCommand,
  experiment: experimentCommand,
  evaluate: evaluateCommand,
  compare: compareCommand,
  bench: benchCommand,
});
