// Arguments in, exit code out.
import { ConfigError, runMain } from 'training-kit';
import { benchCommand } from './commands/bench.js';
import { compareCommand } from './commands/compare.js';
import { evaluateCommand } from './commands/evaluate.js';
import { trainCommand } from './commands/train.js';

const commands = {
  train: trainCommand,
  evaluate: evaluateCommand,
  compare: compareCommand,
  bench: benchCommand,
} as const;

await runMain(async () => {
  const [name = '', ...argv] = process.argv.slice(2);
  if (!Object.hasOwn(commands, name)) {
    throw new ConfigError('', `Unknown command '${name}'. Commands: ${Object.keys(commands).join(', ')}.`);
  }
  await commands[name as keyof typeof commands](argv);
});
