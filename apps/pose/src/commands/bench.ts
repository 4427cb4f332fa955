// `nx run pose:bench`: time and memory of training steps and predictions.
import { runBenchCommand } from 'training-kit/commands';
import { bench, benchSchema, describeBench } from '../bench/step-bench.js';

/** Runs the bench as the flags say. */
export async function benchCommand(argv: readonly string[]): Promise<void> {
  await runBenchCommand(
    {
      app: 'pose',
      description:
        'Times training steps and predictions of a stacked hourglass on random images; says what memory took.',
      schema: benchSchema,
      examples: [
        { flags: '', does: 'the full network with two sub-networks, from one ring' },
        {
          flags: '--weights all --input-size 64 --width-multiplier 0.125 --batch-size 16',
          does: 'the default training’s network in all weight modes, in turn',
        },
      ],
      bench,
      describe: describeBench,
    },
    argv,
  );
}
