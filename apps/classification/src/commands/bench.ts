// `nx run classification:bench`: step times of the ring-fed network against the plain one.
import { runBenchCommand } from 'training-kit/commands';
import { bench, benchSchema, describeBench } from '../bench/step-bench.js';

/** Runs the bench as the flags say. */
export async function benchCommand(argv: readonly string[]): Promise<void> {
  await runBenchCommand(
    {
      app: 'classification',
      description: 'Times training steps of the ring-fed and the plain ResNet in turn, on random images.',
      schema: benchSchema,
      examples: [
        { flags: '', does: 'ResNet18, full width, ring of 2 M: about a minute' },
        {
          flags: '--width 16 --ring-size 0.5',
          does: 'the small presets’ network',
        },
      ],
      bench,
      describe: describeBench,
    },
    argv,
  );
}
