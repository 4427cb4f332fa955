// `nx run APP:train` and what is like it: reads the flags, then trains. The same for each app.
import type { z } from 'zod';
import { type CommandCall, type CommandSpec, parseCommandLine } from '../command-line/command-line.js';
import { settingsAlone, unknownKeyIn } from '../command-line/config-layers.js';
import { ConfigError } from '../errors.js';
import { readRunConfig } from '../run/run-record.js';
import { type CommonSettings, runTraining, type TrainCommandSpec, trainFlags } from './training.js';

/** Trains as the flags say. */
export async function runTrainCommand<Config extends CommonSettings>(
  spec: TrainCommandSpec<Config>,
  argv: readonly string[],
): Promise<void> {
  const call = await parseTrainCommand(spec, argv, trainFlags);
  if (call !== undefined) await runTraining(spec, call);
}

/** Flags of a training, and what a caller adds to them. */
type FlagsSchema = z.ZodObject<(typeof trainFlags)['shape']>;

/**
 * Reads the flags. On resume the run's own settings are the preset, so that they need not be given again.
 *
 * @param flags `trainFlags`, and others beside them
 * @returns undefined when there is nothing left to do: help, presets or the config were printed
 * @throws ConfigError; DataError for a run whose settings cannot be read
 */
export async function parseTrainCommand<Config extends CommonSettings, Flags extends FlagsSchema>(
  {
    app,
    command: target = 'train',
    description,
    schema,
    presets,
    defaultPreset,
    effects,
    examples,
  }: TrainCommandSpec<Config>,
  argv: readonly string[],
  flags: Flags,
): Promise<CommandCall<Config, Flags> | undefined> {
  const command = `npx nx run ${app}:${target}`;
  const spec: CommandSpec<Config, Flags> = {
    name: `${command} --`,
    description,
    schema,
    presets,
    defaultPreset,
    effects,
    extra: flags,
    examples: examples.map(({ flags, does }) => ({ command: flags === '' ? command : `${command} -- ${flags}`, does })),
  };
  // What a flag has no effect beside is told by the settings of the run that is resumed, which are not read yet.
  const isResumed = argv.some((word) => word === '--resume' || word.startsWith('--resume='));
  const call = parseCommandLine(isResumed ? { ...spec, effects: [] } : spec, argv);
  for (const key of ['run', 'resume'] as const) {
    if (call?.extra[key] === '') {
      throw new ConfigError(key, `--${key} is empty, expected a folder. Without it there is a new one under runs/.`);
    }
  }
  if (call?.extra.resume == null) return call;
  const recorded = await readRunConfig(call.extra.resume);
  const { preset } = recorded;
  const config = settingsAlone(recorded, schema);
  const unknown = unknownKeyIn(config, schema);
  if (unknown !== undefined) {
    throw new ConfigError(
      'resume',
      `Cannot resume ${call.extra.resume}: its run has the setting ${unknown}, which ${app}:${target} does not ` +
        'know. It is of another command or another version; go on with it there.',
    );
  }
  const name = typeof preset === 'string' ? preset : 'none';
  const own = { summary: 'the settings of the run', config: config as Partial<z.input<Config>> };
  return parseCommandLine({ ...spec, presets: { ...presets, [name]: own }, defaultPreset: name }, argv);
}
