// `nx run classification:bench`: step times of the ring-fed network against the plain one.
import { parseCommandLine } from 'training-kit';
import { deviceFlag, openBackend } from 'training-kit/commands';
import { z } from 'zod';
import { bench, benchSchema, describeBench } from '../bench/step-bench.js';

/** Runs the bench as the flags say. */
export async function benchCommand(argv: readonly string[]): Promise<void> {
  const call = parseCommandLine(
    {
      name: 'npx nx run classification:bench --',
      description: 'Times training steps of the ring-fed and the plain ResNet in turn, on random images.',
      schema: benchSchema,
      presets: {},
      extra: z.strictObject({ device: deviceFlag }),
      examples: [
        { command: 'npx nx run classification:bench', does: 'ResNet18, full width, ring of 2 M: about a minute' },
        {
          command: 'npx nx run classification:bench -- --width 16 --ring-size 0.5',
          does: 'the small presets’ network',
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
