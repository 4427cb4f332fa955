// `nx run APP:bench`: reads the flags, opens the backend, times. What is timed comes from the app.
import { z } from 'zod';
import { parseCommandLine } from '../command-line/command-line.js';
import { deviceFlag, openBackend } from './backend.js';

/** What sets the command of one app apart. */
export interface BenchCommandSpec<Options extends z.ZodObject, Result> {
  /** Name of the app's nx project. */
  readonly app: string;
  readonly description: string;
  /** What is timed; each setting becomes a flag. */
  readonly schema: Options;
  /** Flags, each as what follows `npx nx run APP:bench --`; '' for none. */
  readonly examples: readonly { readonly flags: string; readonly does: string }[];
  /** @param onStep receives a line after each step */
  readonly bench: (options: z.output<Options>, onStep: (line: string) => void) => Result;
  /** The result in lines for a person. */
  readonly describe: (result: Result) => string;
}

/** Runs the bench as the flags say. */
export async function runBenchCommand<Options extends z.ZodObject, Result>(
  { app, description, schema, examples, bench, describe }: BenchCommandSpec<Options, Result>,
  argv: readonly string[],
): Promise<void> {
  const command = `npx nx run ${app}:bench`;
  const call = parseCommandLine(
    {
      name: `${command} --`,
      description,
      schema,
      presets: {},
      extra: z.strictObject({ device: deviceFlag }),
      examples: examples.map(({ flags, does }) => ({
        command: flags === '' ? command : `${command} -- ${flags}`,
        does,
      })),
    },
    argv,
  );
  if (call === undefined) return;
  const { name, threads } = await openBackend(call.extra.device);
  console.log(`backend ${name}, ${threads} threads`);
  console.log(describe(bench(call.config, console.log)));
}
