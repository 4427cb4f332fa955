// `nx run pose:bench`: time and memory of training steps and predictions.
import { parseCommandLine } from 'training-kit';
import { deviceFlag, openBackend } from 'training-kit/commands';
import { z } from 'zod';
import { bench, benchSchema, describeBench } from '../bench/step-bench.js';

/** Runs the bench as the flags say. */
export async function benchCommand(argv: readonly string[]): Promise<void> {
  const call = parseCommandLine(
    {
      name: 'npx nx run pose:bench --',
      description:
        'Times training steps and predictions of a stacked hourglass on random images; says what memory took.',
      schema: benchSchema,
      presets: {},
      extra: z.strictObject({ device: deviceFlag }),
      examples: [
        { command: 'npx nx run pose:bench', does: 'the full network with two sub-networks, from one ring' },
        {
          command: 'npx nx run pose:bench -- --weights all --input-size 64 --width-multiplier 0.125 --batch-size 16',
          does: 'the default training’s network in all weight modes, in turn',
        },
      ],
    },
    argv,
  );
  if (call === undefined) return;
  const { name, threads } = await openBackend(call.extra.device);
  console.log(`backend ${name}, ${threads} threads`);
  console.log(describeBench(bench(call.config, console.log)));
}
