// Flags with several values, `--ring-size 0.05,0.1 --seed 1..3`, as the list of all their combinations.
import type { Setting } from '../command-line/settings.js';
import { ConfigError } from '../errors.js';

/** A setting that the runs of a sweep have in several values. */
export interface Axis {
  readonly key: string;
  readonly flag: string;
  /** As typed, in order, each once. */
  readonly values: readonly string[];
}

/** One run of a sweep: a value for each axis, and the command line that says so. */
export interface Combination {
  /** By the key of the axis, in the order of the command line. */
  readonly values: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

export interface Axes {
  readonly axes: readonly Axis[];
  readonly combinations: readonly Combination[];
}

/** More is a slip of the keyboard. */
const MAX_RUNS = 10_000;
const range = /^(-?\d+)\.\.(-?\d+)$/;
const switchValues = new Map([
  ['on', true],
  ['true', true],
  ['off', false],
  ['false', false],
]);

/**
 * Splits what stands behind the flags of `settings`: commas between values, `a..b` for whole numbers from a to b, `on,off` for
 * switches. Settings that are lists or paths themselves have one value, and so have flags of other settings.
 *
 * Of a flag that is given twice the last one counts.
 *
 * @param words the command line, without a leading `--`
 * @throws ConfigError for a range that falls, a value that stands twice or more runs than 10 000
 */
export function expandAxes(words: readonly string[], settings: readonly Setting[]): Axes {
  const fixed: string[] = [];
  const given = new Map<string, { setting: Setting; values: readonly string[] }>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const [flag, inline] = splitFlag(word);
    const setting = settings.find((each) => each.flag === flag);
    const next = inline ?? words[i + 1];
    const values = setting === undefined || next === undefined ? undefined : valuesOf(setting, next);
    if (setting === undefined || values === undefined) {
      fixed.push(word);
      continue;
    }
    if (inline === undefined) i++;
    given.set(setting.key, { setting, values });
  }
  const axes = [...given.values()].flatMap(({ setting: { key, flag }, values }) =>
    values.length === 1 ? [] : [{ key, flag, values }],
  );
  const alike = [...given.values()].flatMap(({ setting, values }) =>
    values.length === 1 ? wordsFor(setting, values[0]!) : [],
  );
  const numRuns = axes.reduce((product, { values }) => product * values.length, 1);
  if (numRuns > MAX_RUNS) {
    throw new ConfigError(axes[0]!.key, `These flags make ${numRuns} runs, expected at most ${MAX_RUNS}.`);
  }
  const combinations = product(axes).map((values) => ({
    values,
    words: [...fixed, ...alike, ...[...values].flatMap(([key, value]) => wordsFor(given.get(key)!.setting, value))],
  }));
  return { axes, combinations };
}

function splitFlag(word: string): [flag: string | undefined, inline: string | undefined] {
  if (!word.startsWith('--')) return [undefined, undefined];
  const at = word.indexOf('=');
  return at === -1 ? [word.slice(2), undefined] : [word.slice(2, at), word.slice(at + 1)];
}

/** Undefined where `text` is no value of the setting: a switch that stands alone. */
function valuesOf(setting: Setting, text: string): string[] | undefined {
  const isWhole = /\b(?:list|json|text)\b/.test(setting.placeholder);
  if (isWhole) return setting.isSwitch ? undefined : [text];
  const parts = text.split(',').flatMap((part) => numbersIn(setting, part));
  if (setting.isSwitch) return parts.every((part) => switchValues.has(part)) ? parts : undefined;
  const twice = parts.find((part, i) => parts.indexOf(part) !== i);
  if (twice !== undefined) {
    throw new ConfigError(setting.key, `--${setting.flag} ${text} names ${twice} twice; name each value once.`);
  }
  return parts;
}

function numbersIn({ key, flag }: Setting, part: string): string[] {
  const [, from, to] = range.exec(part) ?? [];
  if (from === undefined || to === undefined) return [part];
  const count = Number(to) - Number(from) + 1;
  if (!(count >= 1 && count <= MAX_RUNS)) {
    throw new ConfigError(
      key,
      `--${flag} ${part} is no range, expected from a lower to a higher number, such as 1..3.`,
    );
  }
  return Array.from({ length: count }, (_, i) => String(Number(from) + i));
}

function wordsFor({ flag, isSwitch }: Setting, value: string): string[] {
  if (isSwitch) return [switchValues.get(value) === true ? `--${flag}` : `--no-${flag}`];
  return [`--${flag}=${value}`];
}

/** All combinations, the last axis the fastest. */
function product(axes: readonly Axis[]): ReadonlyMap<string, string>[] {
  return axes.reduce<ReadonlyMap<string, string>[]>(
    (before, { key, values }) => before.flatMap((chosen) => values.map((value) => new Map([...chosen, [key, value]]))),
    [new Map()],
  );
}
