// The command `distributed`: what several workers send, and how long a step takes them, in turn on this machine.
import { parseCommandLine, runMain } from 'training-kit';
import { z } from 'zod';
import { measureAll, networks } from './measure-workers.js';
import { resultLines } from './result-lines.js';

const count = z.int().min(1);

export const optionsSchema = z.strictObject({
  workers: z.array(z.int().min(1).max(16)).default([1, 2, 4]).describe('numbers of workers'),
  networks: z
    .array(z.enum(networks))
    .default([...networks])
    .describe('rings of N elements, and the plain network'),
  width: count.default(64).describe('channels of the first stage; 64 is the full ResNet18'),
  batchSize: count.default(128).describe('images a step, of all workers together'),
  precision: z.enum(['float32', 'bfloat16']).default('float32').describe('of activations'),
  threads: count.default(1).describe('of each worker; one process has as many as all workers together as well'),
  numSteps: count.default(6).describe('timed steps of each training'),
  rounds: count.default(3).describe('how often each is timed, in turn'),
});

export type WorkersOptions = z.output<typeof optionsSchema>;

await runMain(async () => {
  const call = parseCommandLine({
    name: 'npx nx run bench:distributed --',
    description:
      'Trains ResNet18 on rendered images by several workers of this machine, in a network of their own, and counts the bytes ' +
      'that they send and the time of a step. Run it on a quiet machine.',
    schema: optionsSchema,
    presets: {},
    extra: z.strictObject({}),
    examples: [
      {
        command: 'npx nx run bench:distributed',
        does: 'rings of 45 K and 2 M and the plain network, 1, 2 and 4 workers',
      },
      {
        command: 'npx nx run bench:distributed -- --networks "ring 2m" --workers 1,2 --batch-size 256',
        does: 'how much faster two workers are',
      },
      {
        command: 'npx nx run bench:distributed -- --width 8 --batch-size 16 --rounds 1',
        does: 'a narrow network: does it all work?',
      },
    ],
  });
  if (call === undefined) return;
  console.log(resultLines(call.config, await measureAll(call.config, console.log)));
});
