// `nx run multitask:bench`: time and memory of training steps.
import { runBenchCommand } from 'training-kit/commands';
import { bench, benchSchema, describeBench } from '../bench/step-bench.js';

/** Runs the bench as the flags say. */
export async function benchCommand(argv: readonly string[]): Promise<void> {
  await runBenchCommand(
    {
      app: 'multitask',
      description: 'Times training steps of stacked SharpNets on random images; says what memory they took.',
      schema: benchSchema,
      examples: [
        { flags: '', does: 'two full SharpNets from rings; keep 20 GiB of memory free' },
        {
          flags: '--input-size 64 --width-multiplier 0.0625 --batch-size 16',
          does: 'the default training’s network',
        },
      ],
      bench,
      describe: describeBench,
    },
    argv,
  );
}
