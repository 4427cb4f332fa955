// The runs that a sweep is to make: their settings, and the folders that are named for what sets them apart.
import { join } from 'node:path';
import type { z } from 'zod';
import { type CommandSpec, parseCommandLine, wordsOf } from '../command-line/command-line.js';
import { checkEffects, unreadBecause } from '../command-line/setting-effects.js';
import { kebabCase, namesFlag, type Setting, settingsOf } from '../command-line/settings.js';
import { ConfigError } from '../errors.js';
import { type Axis, expandAxes } from './axes.js';

/** One training of a sweep. */
export interface PlannedRun<Config> {
  /** Its folder's name, such as `ring-size=0.1,seed=2`; unique in the sweep. */
  readonly name: string;
  readonly folder: string;
  /** The values of the axes that it reads, by key, as typed. */
  readonly values: ReadonlyMap<string, string>;
  readonly config: Config;
  readonly preset: string | undefined;
  /** The command line that asks for this run alone, without what it does not read. */
  readonly words: readonly string[];
  /** The run whose last weights this one begins with; it is made before. */
  readonly beginsFrom?: PlannedRun<Config>;
}

/** What the words of a sweep ask for. */
export interface Plan<Config, Flags> {
  readonly axes: readonly Axis[];
  readonly runs: readonly PlannedRun<Config>[];
  /** Flags of the command itself. */
  readonly flags: Flags;
}

/**
 * Reads the command line of a sweep. A value that a run does not read, such as a ring size beside plain weights, is left out of it; runs
 * that are the same without it are made once.
 *
 * @param folderOf the sweep's folder, by the command's own flags and the axes
 * @param check refuses settings that do not fit together
 * @returns undefined when help was printed
 * @throws ConfigError as `parseCommandLine` and `check`, and for a flag that none of the runs reads
 */
export function planRuns<Config extends z.ZodObject, Flags extends z.ZodObject>(
  spec: CommandSpec<Config, Flags>,
  argv: readonly string[],
  {
    folderOf,
    check,
  }: {
    readonly folderOf: (flags: z.output<Flags>, axes: readonly Axis[]) => string;
    readonly check: (config: z.output<Config>) => void;
  },
): Plan<z.output<Config>, z.output<Flags>> | undefined {
  const { effects = [] } = spec;
  const settings = settingsOf(spec.schema);
  const { axes, combinations } = expandAxes(wordsOf(argv), settings);
  const alike = givenAlike(combinations[0]!.words, axes, settings);
  const runs = new Map<string, PlannedRun<z.output<Config>>>();
  let flags: z.output<Flags> | undefined;
  const given = new Set<string>();
  const read = new Set<string>();
  for (const { words: line, values } of combinations) {
    const call = parseCommandLine({ ...spec, effects: [] }, line);
    if (call === undefined) return undefined;
    flags ??= call.extra;
    const isRead = (key: string): boolean => unreadBecause(key, call.config, effects) === undefined;
    for (const key of [...values.keys(), ...alike]) {
      given.add(key);
      if (isRead(key)) read.add(key);
    }
    const own = new Map([...values].filter(([key]) => isRead(key)));
    const name = nameOf(own);
    if (runs.has(name)) continue;
    const unreadAxes = [...values.keys()].filter((key) => !isRead(key));
    const { config, preset } =
      unreadAxes.length === 0 ? call : parseCommandLine({ ...spec, effects: [] }, withoutFlags(line, unreadAxes))!;
    check(config);
    const words = withoutFlags(line, [...unreadAxes, ...alike.filter((key) => !isRead(key))]);
    runs.set(name, { name, folder: join(folderOf(call.extra, axes), name), values: own, config, preset, words });
  }
  const unread = [...given].filter((key) => !read.has(key));
  checkEffects(unread, [...runs.values()][0]!.config, effects); // says why
  if (flags === undefined) throw new ConfigError('', 'There is no run to make.');
  return { axes, runs: [...runs.values()], flags };
}

/** `ring-size=0.1,seed=2`; characters that folders may not have become `_`. */
function nameOf(values: ReadonlyMap<string, string>): string {
  const parts = [...values].map(([key, value]) => `${kebabCase(key)}=${value.replaceAll(/[^\w.+-]/g, '_')}`);
  return parts.length === 0 ? 'run' : parts.join(',');
}

/** The words of a combination (`expandAxes`) without some settings: those that it does not read. */
function withoutFlags(words: readonly string[], keys: readonly string[]): string[] {
  return words.filter((word) => !keys.map(kebabCase).some((flag) => namesFlag(word, flag)));
}

/** Keys of the settings that all runs were given alike. */
function givenAlike(words: readonly string[], axes: readonly Axis[], settings: readonly Setting[]): string[] {
  return settings
    .filter(({ key, flag }) => !axes.some((axis) => axis.key === key) && words.some((word) => namesFlag(word, flag)))
    .map(({ key }) => key);
}
