// The settings that a checkpoint's model was trained with, read back as the app's config.
import type { z } from 'zod';
import { readCheckpoint, type Checkpoint } from './checkpoint.js';
import { ConfigError } from './errors.js';
import { resolveConfig, unknownKeyIn, withoutPresetName } from './config-layers.js';
import { checkEffects, type EffectRule } from './setting-effects.js';
import { kebabCase } from './settings.js';

/**
 * Reads a checkpoint and the config in it. A run stores the preset's name beside its settings; that is left out.
 *
 * @param overrides settings to change, such as where the data lies now; those that are null keep the run's
 * @param effects which settings go unread with which others: an override that does is refused
 * @throws DataError for a file that is no checkpoint, ConfigError for settings that no longer exist
 */
export async function readTrainedConfig<Schema extends z.ZodObject>(
  schema: Schema,
  file: string,
  overrides: Readonly<Record<string, unknown>> = {},
  effects: readonly EffectRule<z.output<Schema>>[] = [],
): Promise<{ readonly checkpoint: Checkpoint; readonly config: z.output<Schema> }> {
  const checkpoint = await readCheckpoint(file);
  const stored = withoutPresetName(checkpoint.config, schema);
  const unknown = unknownKeyIn(stored, schema);
  if (unknown !== undefined) {
    throw new ConfigError(
      'checkpoint',
      `${checkpoint.file} holds the setting ${unknown}, which is not known here: it is a checkpoint of another app, or of ` +
        'another version.',
    );
  }
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
  return { checkpoint, config };
}
