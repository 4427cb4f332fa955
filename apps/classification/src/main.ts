// Arguments in, exit code out.
import { runApp } from 'training-kit';
import { benchCommand } from './commands/bench.js';
import { benchDataCommand } from './commands/bench-data.js';
import { downloadCommand } from './commands/download.js';
import { evaluateCommand } from './commands/evaluate.js';
import { experimentCommand } from './commands/experiment.js';
import { exportCommand } from './commands/export.js';
import { sweepCommand } from './commands/sweep.js';
import { trainCommand } from './commands/train.js';

await runApp('classification', {
  train: trainCommand,
  sweep: sweepCommand,
  experiment: experimentCommand,
  evaluate: evaluateCommand,
  bench: benchCommand,
  'bench-data': benchDataCommand,
  download: downloadCommand,
  export: exportCommand,
});
