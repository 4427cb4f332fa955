// `nx run classification:bench-data`: images decoded a second.
import { parseCommandLine } from 'training-kit';
import { z } from 'zod';
import { dataBench, dataBenchSchema } from '../bench/data-bench.js';

/** Runs the bench as the flags say. */
export async function benchDataCommand(argv: readonly string[]): Promise<void> {
  const call = parseCommandLine(
    {
      name: 'npx nx run classification:bench-data --',
      description: 'Times how fast training batches are made from image files, with several numbers of threads.',
      schema: dataBenchSchema,
      presets: {},
      extra: z.strictObject({}),
      examples: [
        { command: 'npx nx run classification:bench-data', does: '224 px from JPEGs of 500 x 375 made for it' },
        {
          command: 'npx nx run classification:bench-data -- --data DIR --image-size 64 --num-workers 1,2,4',
          does: 'your own folder',
        },
      ],
    },
    argv,
  );
  if (call !== undefined) await dataBench(call.config, console.log);
}
