// `nx run classification:train`: reads the flags, opens backend and run folder, trains.
import { createRunFolderName, openRun, parseCommandLine, readRunConfig, watchInterrupts } from 'training-kit';
import type { CommandCall, CommandSpec } from 'training-kit';
import { z } from 'zod';
import { checkConfig, configSchema, mayChangeOnResume } from '../config.js';
import { presets } from '../presets/index.js';
import { train } from '../train.js';
import { deviceFlag, openBackend, runFacts } from './backend.js';

const extraSchema = z.strictObject({
  run: z.string().nullable().default(null).describe('folder of the run; a new one under runs/ when left out'),
  resume: z.string().nullable().default(null).describe('folder of a run to go on with, with its own settings'),
  device: deviceFlag,
});

const spec: CommandSpec<typeof configSchema, typeof extraSchema> = {
  name: 'npx nx run classification:train --',
  description: 'Trains a ResNet whose weights come from one ring, or its plain and shared counterparts.',
  schema: configSchema,
  presets,
  defaultPreset: 'quick',
  extra: extraSchema,
  examples: [
    { command: 'npx nx run classification:train', does: 'half the weights, rendered shapes, a few minutes' },
    {
      command: 'npx nx run classification:train -- --preset cifar10-small --data data --ring-size 0.1',
      does: 'CIFAR-10 with a tenth of the weights',
    },
    {
      command: 'npx nx run classification:train -- --weights independent',
      does: 'the plain network, to compare with',
    },
    {
      command: 'npx nx run classification:train -- --resume runs/classification/NAME',
      does: 'goes on where it stopped',
    },
  ],
};

type Call = CommandCall<typeof configSchema, typeof extraSchema>;

/** Trains as the flags say. */
export async function trainCommand(argv: readonly string[]): Promise<void> {
  const call = await parse(argv);
  if (call === undefined) return;
  const { config, extra, preset = 'none' } = call;
  checkConfig(config);
  const backend = await openBackend(extra.device);
  const run = await openRun({
    folder: extra.resume ?? extra.run ?? createRunFolderName('classification', preset, new Date()),
    config: { ...config, preset },
    seed: config.seed,
    backend,
    resume: extra.resume !== null,
    mayChange: [...mayChangeOnResume, 'preset'],
    keepLast: config.keepCheckpoints,
  });
  const interrupt = watchInterrupts({
    note: (text) => {
      if (process.stdout.isTTY) process.stdout.write('\n'); // below the progress bar
      run.note(text);
    },
  });
  try {
    const { isFinished, step } = await train(config, { run, preset, facts: await runFacts(backend), interrupt });
    if (!isFinished) interrupt.finish(step, `npx nx run classification:train -- --resume ${run.folder}`);
  } finally {
    interrupt.stop();
  }
}

/** On resume the run's own settings are the preset, so that they need not be given again. */
async function parse(argv: readonly string[]): Promise<Call | undefined> {
  const call = parseCommandLine(spec, argv);
  if (call?.extra.resume == null) return call;
  const { preset, ...config } = await readRunConfig(call.extra.resume);
  const name = typeof preset === 'string' ? preset : 'none';
  const own = { summary: 'the settings of the run', config };
  return parseCommandLine({ ...spec, presets: { ...presets, [name]: own }, defaultPreset: name }, argv);
}
