// Settings that a choice leaves unread, as momentum is by Adam: who sets one gets an error that says why.
import { ConfigError } from '../errors.js';
import type { ScheduleSettings } from '../schedules/epoch-schedule.js';
import { kebabCase } from './settings.js';

/** Settings that go unread where another setting has certain values. */
export interface EffectRule<Config> {
  readonly settings: readonly (string & keyof Config)[];
  /** Why nothing reads them with this config, without a full stop; undefined where something does. */
  readonly unread: (config: Config) => string | undefined;
}

/**
 * Refuses settings that somebody gave and nothing reads. Presets and files may hold such settings: they say what holds
 * for several kinds, a flag is meant.
 *
 * @param given keys of the settings that were given
 * @throws ConfigError naming each with the reason
 */
export function checkEffects<Config extends object>(
  given: readonly string[],
  config: Config,
  rules: readonly EffectRule<Config>[],
): void {
  const complaints = given.flatMap((key) => {
    const reason = unreadBecause(key, config, rules);
    return reason === undefined ? [] : [{ key, reason }];
  });
  if (complaints.length === 0) return;
  const values = new Map<string, unknown>(Object.entries(config));
  const lines = complaints.map(({ key, reason }) => {
    const flag = values.get(key) === false ? `--no-${kebabCase(key)}` : `--${kebabCase(key)}`;
    return `${flag} has no effect: ${reason}. Leave it out.`;
  });
  throw new ConfigError(complaints[0]!.key, lines.join('\n'));
}

/** Why nothing reads a setting, by the first rule that says so; undefined where something does. */
export function unreadBecause<Config>(
  key: string,
  config: Config,
  rules: readonly EffectRule<Config>[],
): string | undefined {
  const ofKey = rules.filter(({ settings }) => settings.some((name) => name === key));
  return ofKey.map(({ unread }) => unread(config)).find((reason) => reason !== undefined);
}

/** What only a schedule with steps reads. */
export const scheduleEffects: EffectRule<Pick<ScheduleSettings, 'schedule' | 'milestones' | 'gamma'>> = {
  settings: ['milestones', 'gamma'],
  unread: ({ schedule }) => (schedule === 'steps' ? undefined : `schedule is ${schedule}, which has no milestones`),
};

/** What only weights from a ring read. */
export const ringEffects: EffectRule<Record<'weights' | 'ringSize' | 'sampling' | 'reflect' | 'ringStart', unknown>> = {
  settings: ['ringSize', 'sampling', 'reflect', 'ringStart'],
  unread: ({ weights }) => (weights === 'ring' ? undefined : `weights are ${String(weights)}, so there is no ring`),
};

/** What only rings under optimizers that divide a gradient by its size read. */
export const ringRateEffects: EffectRule<{
  readonly weights: string;
  readonly optimizer: string;
  readonly ringRate: unknown;
}> = {
  settings: ['ringRate'],
  unread: ({ weights, optimizer }) => {
    if (weights !== 'ring') return `weights are ${weights}, so there is no ring`;
    return optimizer === 'sgd' ? 'optimizer is sgd, in which rings keep the rate of other weights' : undefined;
  },
};

/** What only SGD reads. */
export const momentumEffects: EffectRule<{ readonly optimizer: string; readonly momentum: number }> = {
  settings: ['momentum'],
  unread: ({ optimizer }) =>
    optimizer === 'sgd' ? undefined : `optimizer is ${optimizer}, which has no such momentum`,
};

/** What only a run that is watched reads. */
export const watchEffects: EffectRule<{
  readonly dataset: string;
  readonly valExamples: number;
  readonly evalEvery: number;
}> = {
  settings: ['evalEvery'],
  unread: ({ dataset, valExamples }) =>
    dataset === 'rendered' && valExamples === 0 ? 'valExamples is 0, so there is nothing to evaluate on' : undefined,
};
