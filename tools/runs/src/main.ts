// Arguments in, exit code out.
import { runApp } from 'training-kit';
import { compareCommand } from './compare.js';
import { listCommand } from './list.js';

await runApp('runs', { list: listCommand, compare: compareCommand });
