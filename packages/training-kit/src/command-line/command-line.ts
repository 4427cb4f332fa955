// Flags, help and presets of a program, all derived from one zod schema, so that a new setting is one line in it.
import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import type { z } from 'zod';
import { ConfigError, reasonOf } from '../errors.js';
import { isJsonObject, type JsonValue } from '../json/json.js';
import { parseJsonBytes } from '../json/json-text.js';
import { didYouMean } from '../words/nearest.js';
import { type ConfigLayer, resolveConfig, settingsAlone } from './config-layers.js';
import { checkEffects, type EffectRule } from './setting-effects.js';
import { type Setting, settingsOf } from './settings.js';
import { terminalColumns } from './terminal.js';
import { fromUsersFolder } from './users-folder.js';

/** A named set of values; what it leaves out keeps the schema's default. */
export interface Preset<Values extends object> {
  /** One line for `--list-presets` and `--help`. */
  readonly summary: string;
  readonly config: Partial<Values>;
}

/** What a program lets its caller set. */
export interface CommandSpec<Config extends z.ZodObject, Extra extends z.ZodObject> {
  /** As typed: `nx run classification:train --`. */
  readonly name: string;
  readonly description: string;
  /** The settings of a training: they can stand in presets and files and are stored with the run. */
  readonly schema: Config;
  readonly presets: Readonly<Record<string, Preset<z.input<Config>>>>;
  /** The preset used when none is named. */
  readonly defaultPreset?: string;
  /** Which settings go unread with which others: given as flags, those are refused. */
  readonly effects?: readonly EffectRule<z.output<Config>>[] | undefined;
  /** Flags that are no part of the training, such as the run folder; `z.object({})` for none. */
  readonly extra: Extra;
  /** The last lines of `--help`. */
  readonly examples: readonly { readonly command: string; readonly does: string }[];
}

/** What the caller asked for. */
export interface CommandCall<Config extends z.ZodObject, Extra extends z.ZodObject> {
  readonly config: z.output<Config>;
  readonly extra: z.output<Extra>;
  /** Name of the preset in use. */
  readonly preset: string | undefined;
}

/** Where help and lists go; the default is standard output. */
export interface CommandOutput {
  readonly write: (text: string) => void;
  /** Width that help is wrapped to, in characters. */
  readonly columns: number;
}

/** A literal `--` that task runners pass through. */
const SEPARATOR = '--';

const FLAGS = 'Flags:';

/**
 * Reads a command line. Order of trust: flags over `--config FILE` over preset over the schema's defaults.
 *
 * @param argv the words after the script's name
 * @returns undefined when there is nothing left to do: help, presets or the config were printed
 * @throws ConfigError for an unknown flag, key or preset, or a wrong value
 */
export function parseCommandLine<Config extends z.ZodObject, Extra extends z.ZodObject>(
  spec: CommandSpec<Config, Extra>,
  argv: readonly string[] = process.argv.slice(2),
  output: CommandOutput = standardOutput(),
): CommandCall<Config, Extra> | undefined {
  const command = commandFor(spec, output);
  try {
    command.parse(wordsOf(argv), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined; // --help
    throw new ConfigError('', usageText(error), { cause: error });
  }
  const given = command.opts<Record<string, string | boolean | undefined>>();
  if (given.listPresets === true) {
    output.write(presetLines(spec).join('\n') + '\n');
    return undefined;
  }
  const preset = asText(given.preset) ?? spec.defaultPreset;
  const named = asText(given.config);
  const file = named === undefined ? undefined : fromUsersFolder(named);
  const flags = flagLayers(settingsOf(spec.schema), given);
  const config = resolveConfig(spec.schema, [
    ...(preset === undefined ? [] : [presetLayer(spec, preset)]),
    ...(file === undefined ? [] : [fileLayer(file, spec.schema)]),
    ...flags,
  ]);
  checkEffects(
    flags.flatMap(({ values }) => Object.keys(values)),
    config,
    spec.effects ?? [],
  );
  if (given.printConfig === true) {
    output.write(`${JSON.stringify(config, undefined, 2)}\n`);
    return undefined;
  }
  const extra = resolveConfig(spec.extra, flagLayers(settingsOf(spec.extra), given));
  return { config, extra, preset };
}

/** The words of a command line without the `--` in front of them. */
export function wordsOf(argv: readonly string[]): readonly string[] {
  return argv[0] === SEPARATOR ? argv.slice(1) : argv;
}

function standardOutput(): CommandOutput {
  const isTerminal = process.stdout.isTTY; // `columns` is undefined for files and pipes
  return { write: (text) => process.stdout.write(text), columns: isTerminal ? terminalColumns(process.stdout) : 100 };
}

function asText(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function commandFor<Config extends z.ZodObject, Extra extends z.ZodObject>(
  spec: CommandSpec<Config, Extra>,
  output: CommandOutput,
): Command {
  const command = new Command(spec.name)
    .usage('[flags]')
    .description(spec.description)
    .addHelpOption(new Option('-h, --help', 'this text').helpGroup(FLAGS))
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: output.write,
      outputError: () => undefined, // the error is thrown and printed by whoever runs the program
      getOutHelpWidth: () => output.columns,
    })
    .configureHelp({ optionTerm: termInHelp });
  const hasPresets = Object.keys(spec.presets).length > 0;
  const settings = `Settings (over ${hasPresets ? 'preset and ' : ''}file):`;
  const ofPresets = [
    new Option('--preset <name>', 'the settings to start from'),
    new Option('--list-presets', 'print the presets and end'),
  ];
  const over = hasPresets ? ', laid over the preset' : '';
  const ownFlags = [
    ...(hasPresets ? ofPresets : []),
    new Option('--config <file>', `a JSON file with settings${over}; or the config.json of a run`),
    new Option('--print-config', 'print the resolved settings as JSON and end'),
  ];
  for (const option of ownFlags) command.addOption(option.helpGroup(FLAGS));
  for (const setting of settingsOf(spec.extra)) addFlag(command, setting, FLAGS);
  for (const setting of settingsOf(spec.schema)) addFlag(command, setting, settings);
  command.addHelpText('after', () => {
    const presets = hasPresets ? ['', 'Presets:', ...presetLines(spec).map((line) => `  ${line}`)] : [];
    const examples = spec.examples.flatMap(({ command: line, does }) => [`  ${line}`, `      ${does}`]);
    return [...presets, '', 'Examples:', ...examples].join('\n');
  });
  return command;
}

function addFlag(command: Command, setting: Setting, group: string): void {
  const text = helpOf(setting);
  if (setting.isSwitch) {
    command.addOption(new Option(`--${setting.flag}`, text).helpGroup(group));
    command.addOption(new Option(`--no-${setting.flag}`).hideHelp());
  } else {
    command.addOption(new Option(`--${setting.flag} <${setting.placeholder}>`, text).helpGroup(group));
  }
}

/** A switch shows both of its forms in one line. */
function termInHelp(option: Option): string {
  const isOwnSwitch = option.isBoolean() && !['listPresets', 'printConfig', 'help'].includes(option.attributeName());
  return isOwnSwitch ? option.flags.replace('--', '--[no-]') : option.flags;
}

function helpOf(setting: Setting): string {
  const facts: string[] = [];
  if (/number|list/.test(setting.placeholder)) facts.push(setting.allowed);
  if (setting.defaultValue !== undefined) facts.push(`default ${defaultInHelp(setting)}`);
  return facts.length === 0 ? setting.description : `${setting.description} (${facts.join('; ')})`.trimStart();
}

function defaultInHelp({ isSwitch, defaultValue }: Setting): string {
  if (defaultValue === null) return 'none';
  if (isSwitch) return defaultValue === true ? 'on' : 'off';
  if (Array.isArray(defaultValue)) return defaultValue.length === 0 ? 'empty' : defaultValue.join(',');
  return typeof defaultValue === 'string' ? defaultValue : JSON.stringify(defaultValue);
}

function presetLines<Config extends z.ZodObject, Extra extends z.ZodObject>(
  spec: CommandSpec<Config, Extra>,
): string[] {
  const width = Math.max(0, ...Object.keys(spec.presets).map((name) => name.length));
  return Object.entries(spec.presets).map(([name, preset]) => {
    const isDefault = name === spec.defaultPreset ? ' (default)' : '';
    return `${name.padEnd(width)}  ${preset.summary}${isDefault}`;
  });
}

function presetLayer<Config extends z.ZodObject, Extra extends z.ZodObject>(
  spec: CommandSpec<Config, Extra>,
  name: string,
): ConfigLayer {
  const preset = Object.hasOwn(spec.presets, name) ? spec.presets[name] : undefined;
  if (preset === undefined) {
    const names = Object.keys(spec.presets);
    throw new ConfigError(
      'preset',
      `Unknown preset ${name}.${didYouMean(name, names)} Presets: ${names.join(', ')}; --list-presets tells more.`,
    );
  }
  return { source: `preset ${name}`, values: preset.config };
}

/** A file of settings, or the `config.json` of a run, of which the settings alone are taken. */
function fileLayer(file: string, schema: z.ZodObject): ConfigLayer {
  let values: JsonValue;
  try {
    values = parseJsonBytes(readFileSync(file));
  } catch (error) {
    throw new ConfigError(
      'config',
      `Cannot read --config ${file}: ${reasonOf(error)}. Expected a JSON file with settings.`,
      {
        cause: error,
      },
    );
  }
  if (!isJsonObject(values)) {
    throw new ConfigError('config', `Cannot use --config ${file}: expected a JSON object of settings.`);
  }
  const { config, starts } = values;
  if (!isJsonObject(config) || !Array.isArray(starts)) return { source: file, values };
  return { source: file, values: settingsAlone(config, schema) };
}

/** One layer per flag, so that a complaint can name the flag. */
function flagLayers(
  settings: readonly Setting[],
  given: Readonly<Record<string, string | boolean | undefined>>,
): ConfigLayer[] {
  return settings.flatMap((setting) => {
    const value = given[new Option(`--${setting.flag}`).attributeName()] ?? (setting.isHere ? '.' : undefined);
    if (value === undefined) return [];
    const values = { [setting.key]: typeof value === 'string' ? setting.parse(value) : value };
    return [{ source: `--${setting.flag}`, values }];
  });
}

/** commander's sentence without its `error: `, and where to look further. */
function usageText(error: CommanderError): string {
  const text = error.message.replace(/^error: /, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}\n--help lists all flags.`;
}
