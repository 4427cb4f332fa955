// `nx run multitask:bench`: time and memory of training steps.
import { parseCommandLine } from 'training-kit';
import { deviceFlag, openBackend } from 'training-kit/commands';
import { z } from 'zod';
import { bench, benchSchema, describeBench } from '../bench/step-bench.js';

/** Runs the bench as the flags say. */
export async function benchCommand(argv: readonly string[]): Promise<void> {
  const call = parseCommandLine(
    {
      name: 'npx nx run multitask:bench --',
      description: 'Times training steps of stacked SharpNets on random images; says what memory they took.',
      schema: benchSchema,
      presets: {},
      extra: z.strictObject({ device: deviceFlag }),
      examples: [
        { command: 'npx nx run multitask:bench', does: 'two full SharpNets from rings; keep 20 GiB of memory free' },
        {
          command: 'npx nx run multitask:bench -- --input-size 64 --width-multiplier 0.0625 --batch-size 16',
          does: 'the default training’s network',
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
