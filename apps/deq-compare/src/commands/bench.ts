// `nx run deq-compare:bench`: what searches cost beyond their evaluations, and the time of training steps.
import { runBenchCommand } from 'training-kit/commands';
import { bench, benchSchema, describeBench } from '../bench/solver-bench.js';

/** Runs the bench as the flags say. */
export async function benchCommand(argv: readonly string[]): Promise<void> {
  await runBenchCommand(
    {
      app: 'deq-compare',
      description: 'Times searches for a fixed point against the evaluations they consist of, then training steps.',
      schema: benchSchema,
      examples: [
        { flags: '', does: 'the small model of table 1, 64 images at once' },
        { flags: '--training-steps 0', does: 'the searches alone' },
      ],
      bench,
      describe: describeBench,
    },
    argv,
  );
}
