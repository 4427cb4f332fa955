// Which settings may change when a run is resumed: each app has a complete table, made of pieces that all apps share.
import { ConfigError } from '../errors.js';
import { type JsonObject, type JsonValue, leavesOf, stableJson } from '../json/json.js';

/**
 * What a setting means to a run that has made some of its steps:
 *
 * - `fixed`: those steps were made with it, and what they gave would mean something else. It may not differ.
 * - `future`: it acts on steps to come alone. It may differ; the record of the run says from which step on.
 * - `free`: no number depends on it, such as where files lie and how many threads read them.
 */
export type ResumeRule = 'fixed' | 'future' | 'free';

/** A rule for each setting, so that a new one cannot be forgotten. */
export type ResumeRules<Config extends object> = Readonly<Record<keyof Config, ResumeRule>>;

/** How fast weights move, and for how long. */
export const optimisationResumeRules = {
  numEpochs: 'future',
  learningRate: 'future',
  schedule: 'future',
  milestones: 'future',
  gamma: 'future',
  warmUpEpochs: 'future',
  weightDecay: 'future',
  ringRate: 'future',
  accumulate: 'future',
  batchSize: 'fixed', // decides how many steps an epoch has, and which examples are in each
} as const satisfies Readonly<Record<string, ResumeRule>>;

/** What belongs to the run itself. */
export const runResumeRules = {
  seed: 'fixed',
  evalEvery: 'future',
  checkpointEvery: 'free',
  keepCheckpoints: 'free',
} as const satisfies Readonly<Record<string, ResumeRule>>;

/** A setting that acts on later steps, and that a resumed run has otherwise than before. */
export interface SettingChange {
  /** Its key; dots between levels. */
  readonly setting: string;
  /** null where it was not set. */
  readonly was: JsonValue;
  readonly is: JsonValue;
}

/**
 * Compares the settings of a run before with those it is to go on with.
 *
 * @param file what `before` is from, for the error text: the run's folder or a checkpoint
 * @param rules keys without one are `fixed`; a rule covers what lies below its key
 * @returns what differs and acts on later steps
 * @throws ConfigError listing the fixed settings that differ, with both values
 */
export function changedSettings(
  file: string,
  before: JsonObject,
  now: JsonObject,
  rules: Readonly<Record<string, ResumeRule>>,
): SettingChange[] {
  const changed = differingSettings(before, now, rules);
  const refused = changed.filter(({ rule }) => rule === 'fixed');
  if (refused.length > 0) {
    const lines = refused.map(({ setting, was, is }) => `  ${setting}: was ${shown(was)}, is ${shown(is)}`);
    const allowed = Object.keys(rules).filter((key) => rules[key] !== 'fixed');
    throw new ConfigError(
      refused[0]!.setting,
      `Cannot resume ${file}: the settings differ from those it was started with.\n${lines.join('\n')}\n` +
        'Give the old values, or start a new run in a new folder. Free to change on resume: ' +
        `${allowed.length === 0 ? 'no settings' : allowed.join(', ')}.`,
    );
  }
  return changed
    .filter(({ rule }) => rule === 'future')
    .map(({ setting, was = null, is = null }) => ({ setting, was, is }));
}

/** A setting with two values; undefined where it is not set. */
export interface DifferingSetting {
  /** Its key; dots between levels. */
  readonly setting: string;
  readonly rule: ResumeRule;
  readonly was: JsonValue | undefined;
  readonly is: JsonValue | undefined;
}

/** All settings that differ, whatever their rules say of it. */
export function differingSettings(
  before: JsonObject,
  now: JsonObject,
  rules: Readonly<Record<string, ResumeRule>>,
): DifferingSetting[] {
  const [old, current] = [leavesOf(before), leavesOf(now)];
  return [...new Set([...old.keys(), ...current.keys()])]
    .map((setting) => ({ setting, rule: ruleOf(setting, rules), was: old.get(setting), is: current.get(setting) }))
    .filter(({ was, is }) => shown(was) !== shown(is));
}

function ruleOf(path: string, rules: Readonly<Record<string, ResumeRule>>): ResumeRule {
  const [key = path] = path.split('.', 1);
  return (Object.hasOwn(rules, key) ? rules[key] : undefined) ?? 'fixed';
}

/** A setting's value in an error. */
export function shown(value: JsonValue | undefined): string {
  return value === undefined ? 'not set' : stableJson(value);
}
