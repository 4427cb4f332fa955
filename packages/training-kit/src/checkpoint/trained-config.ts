// The settings that a checkpoint's model was trained with, read back as the app's config.
import type { z } from 'zod';
import { resolveConfig, settingsAlone, unknownKeyIn } from '../command-line/config-layers.js';
import { checkEffects, type EffectRule } from '../command-line/setting-effects.js';
import { kebabCase } from '../command-line/settings.js';
import { forUsersShell } from '../command-line/users-folder.js';
import { ConfigError } from '../errors.js';
import type { JsonObject } from '../json/json.js';
import { checkKey, type Key, readKey } from '../weights/key-file.js';
import { type Checkpoint, readCheckpoint } from './checkpoint.js';

/** A checkpoint, and what its network is built from. */
export interface TrainedConfig<Config> {
  readonly checkpoint: Checkpoint;
  readonly config: Config;
  /** That of a network whose weights are drawn from a key; see `weightStream`. */
  readonly key: Key | undefined;
}

/**
 * Reads a checkpoint and the config in it: the settings, without what a run keeps beside them.
 *
 * @param file or the folder of a run: which of its checkpoints is taken is said on standard error
 * @param overrides settings to change, such as where the data lies now; those that are null keep the run's
 * @param effects which settings go unread with which others: an override that does is refused
 * @param keyFile holds the key of a network that was trained with one; null for none
 * @throws DataError for a file that is no checkpoint or no key, ConfigError for settings that no longer exist and for a
 *   key that is not the checkpoint's
 */
export async function readTrainedConfig<Schema extends z.ZodObject>(
  schema: Schema,
  file: string,
  overrides: Readonly<Record<string, unknown>> = {},
  effects: readonly EffectRule<z.output<Schema>>[] = [],
  keyFile: string | null = null,
): Promise<TrainedConfig<z.output<Schema>>> {
  const checkpoint = await readCheckpoint(file);
  if (checkpoint.file !== file) warn(`Taking ${forUsersShell(checkpoint.file)}, of step ${checkpoint.step}.`);
  const key = keyFile === null ? undefined : await readKey(keyFile, warn);
  checkKey(checkpoint.file, checkpoint.config, key);
  const stored = settingsIn(checkpoint, schema);
  const given = Object.entries(overrides).filter(([, value]) => value !== null);
  const config = resolveConfig(schema, [
    { source: checkpoint.file, values: stored },
    ...given.map(([key, value]) => ({ source: `--${kebabCase(key)}`, values: { [key]: value } })),
  ]);
  checkEffects(
    given.map(([key]) => key),
    config,
    effects,
  );
  return { checkpoint, config, key };
}

/**
 * The settings of the run that left a checkpoint, those that are newer than it at their defaults.
 *
 * @throws ConfigError for settings that no longer exist, or are another app's
 */
export function trainedSettings<Schema extends z.ZodObject>(schema: Schema, checkpoint: Checkpoint): z.output<Schema> {
  return resolveConfig(schema, [{ source: checkpoint.file, values: settingsIn(checkpoint, schema) }]);
}

/** A setting of the run as a flag of a command that takes a checkpoint: null, when it is left out, keeps the run's own. */
export function orOwn<Setting extends z.ZodType>(setting: z.ZodDefault<Setting>): z.ZodDefault<z.ZodNullable<Setting>> {
  const description = `${setting.description ?? ''}; the run’s own when left out`;
  return setting.unwrap().nullable().default(null).describe(description);
}

function settingsIn(checkpoint: Checkpoint, schema: z.ZodObject): JsonObject {
  const stored = settingsAlone(checkpoint.config, schema);
  const unknown = unknownKeyIn(stored, schema);
  if (unknown !== undefined) {
    throw new ConfigError(
      'checkpoint',
      `${checkpoint.file} holds the setting ${unknown}, which is not known here: it is a checkpoint of another app, ` +
        'or of another version.',
    );
  }
  return stored;
}

function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}
