// `nx run deq-compare:bench`: what searches cost beyond their evaluations, and the time of training steps.
import { parseCommandLine } from 'training-kit';
import { deviceFlag, openBackend } from 'training-kit/commands';
import { z } from 'zod';
import { bench, benchSchema, describeBench } from '../bench/solver-bench.js';

/** Runs the bench as the flags say. */
export async function benchCommand(argv: readonly string[]): Promise<void> {
  const call = parseCommandLine(
    {
      name: 'npx nx run deq-compare:bench --',
      description: 'Times searches for a fixed point against the evaluations they consist of, then training steps.',
      schema: benchSchema,
      presets: {},
      extra: z.strictObject({ device: deviceFlag }),
      examples: [
        { command: 'npx nx run deq-compare:bench', does: 'the small model of table 1, 64 images at once' },
        { command: 'npx nx run deq-compare:bench -- --training-steps 0', does: 'the searches alone' },
      ],
    },
    argv,
  );
  if (call === undefined) return;
  const { name, threads } = await openBackend(call.extra.device);
  console.log(`backend ${name}, ${threads} threads`);
  console.log(describeBench(bench(call.config, console.log)));
}
