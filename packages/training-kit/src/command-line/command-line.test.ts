import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../errors.js';
import { type CommandCall, type CommandSpec, parseCommandLine } from './command-line.js';

const schema = z.object({
  numSteps: z.number().int().min(1).max(1000).default(100).describe('optimizer updates'),
  learningRate: z.number().positive().default(0.1).describe('at the first step'),
  dataset: z.enum(['rendered', 'cifar10']).default('rendered').describe('where images come from'),
  milestones: z.array(z.number().int()).default([30, 60]).describe('steps at which the rate falls'),
  ringSize: z
    .union([z.number().positive(), z.literal('full')])
    .default('full')
    .describe('ring over generated'),
  useFlip: z.boolean().default(true).describe('mirror images'),
  clip: z.number().nullable().default(null).describe('gradient norm'),
  weights: z.strictObject({ kind: z.string() }).optional().describe('source of weights'),
});
const extra = z.object({
  run: z.string().min(1).describe('run folder'),
  resume: z.boolean().default(false).describe('go on from the last checkpoint'),
});
const spec: CommandSpec<typeof schema, typeof extra> = {
  name: 'nx run toy:train --',
  description: 'Trains a toy.',
  schema,
  extra,
  presets: {
    quick: { summary: 'a minute', config: { numSteps: 10 } },
    'cifar10-small': { summary: 'an hour', config: { numSteps: 500, dataset: 'cifar10' } },
  },
  defaultPreset: 'quick',
  examples: [{ command: 'nx run toy:train -- --run runs/a', does: 'trains on rendered images' }],
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'command-line-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function call(
  words: string,
  ofCommand = spec,
): { result: CommandCall<typeof schema, typeof extra> | undefined; printed: string } {
  let printed = '';
  const result = parseCommandLine(ofCommand, words.split(' ').filter(Boolean), {
    write: (text) => {
      printed += text;
    },
    columns: 100,
  });
  return { result, printed };
}

function messageOf(words: string): string {
  try {
    call(words);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error(`no error for: ${words}`);
}

function fileWith(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('values', () => {
  test('come from the defaults and the default preset when no flag is given', () => {
    expect(call('--run runs/a').result).toEqual({
      config: {
        numSteps: 10,
        learningRate: 0.1,
        dataset: 'rendered',
        milestones: [30, 60],
        ringSize: 'full',
        useFlip: true,
        clip: null,
      },
      extra: { run: 'runs/a', resume: false },
      preset: 'quick',
    });
  });

  test.each([
    { words: '--num-steps 7', key: 'numSteps', value: 7 },
    { words: '--num-steps=7', key: 'numSteps', value: 7 },
    { words: '--learning-rate 1e-3', key: 'learningRate', value: 0.001 },
    { words: '--dataset cifar10', key: 'dataset', value: 'cifar10' },
    { words: '--milestones 1,2,3', key: 'milestones', value: [1, 2, 3] },
    { words: '--milestones=', key: 'milestones', value: [] },
    { words: '--ring-size 0.5', key: 'ringSize', value: 0.5 },
    { words: '--ring-size full', key: 'ringSize', value: 'full' },
    { words: '--no-use-flip', key: 'useFlip', value: false },
    { words: '--use-flip', key: 'useFlip', value: true },
    { words: '--clip 2', key: 'clip', value: 2 },
    { words: '--clip none', key: 'clip', value: null },
    { words: '--weights {"kind":"ring"}', key: 'weights', value: { kind: 'ring' } },
    { words: '-- --num-steps 7', key: 'numSteps', value: 7 },
  ])('$words sets $key', ({ words, key, value }) => {
    expect(call(`${words} --run r`).result?.config).toHaveProperty(key, value);
  });

  test('are trusted in the order flag, file, preset, default', () => {
    const file = fileWith('layer.json', '{ "numSteps": 77, "learningRate": 0.5 }');
    const preset = '--run r --preset cifar10-small';
    expect(call(preset).result?.config).toMatchObject({ numSteps: 500, learningRate: 0.1, dataset: 'cifar10' });
    expect(call(`${preset} --config ${file}`).result?.config).toMatchObject({ numSteps: 77, learningRate: 0.5 });
    const all = call(`--learning-rate 0.7 --config ${file} ${preset}`).result;
    expect(all?.config).toMatchObject({ numSteps: 77, learningRate: 0.7, dataset: 'cifar10' });
    expect(all?.preset).toBe('cifar10-small');
  });

  test('printed by --print-config give the same config again through --config', () => {
    const { result, printed } = call('--learning-rate 0.3 --no-use-flip --print-config');
    expect(result).toBeUndefined();
    const again = call(`--run r --config ${fileWith('printed.json', printed)}`).result?.config;
    expect(again).toEqual(call('--run r --learning-rate 0.3 --no-use-flip').result?.config);
  });
});

describe('files of settings', () => {
  test('may begin with a byte order mark, and may be in UTF-16', () => {
    const marked = fileWith('marked.json', '\ufeff{ "numSteps": 77 }');
    expect(call(`--run r --config ${marked}`).result?.config).toMatchObject({ numSteps: 77 });
    const wide = join(folder, 'wide.json');
    writeFileSync(wide, Buffer.from('\ufeff{ "numSteps": 78 }', 'utf16le'));
    expect(call(`--run r --config ${wide}`).result?.config).toMatchObject({ numSteps: 78 });
  });

  test('may be the record of a run', () => {
    const { result, printed } = call('--num-steps 77 --no-use-flip --print-config');
    expect(result).toBeUndefined();
    const config = { ...(JSON.parse(printed) as object), preset: 'cifar10-small' };
    const record = fileWith('config.json', JSON.stringify({ config, seed: 1, starts: [{}] }));
    expect(call(`--run r --config ${record}`).result).toEqual(call('--run r --num-steps 77 --no-use-flip').result);
  });

  test('say what is wrong with them', () => {
    const twice = fileWith('twice.json', '{ "numSteps": 7,\n "numSteps": 70 }');
    expect(messageOf(`--run r --config ${twice}`)).toBe(
      `Cannot read --config ${twice}: it gives the key "numSteps" twice, the second time in line 2. ` +
        'Expected a JSON file with settings.',
    );
    const python = fileWith('python.json', '{ "learningRate": NaN }');
    expect(messageOf(`--run r --config ${python}`)).toBe(
      `learningRate is NaN (from ${python}), expected a number above 0.`,
    );
  });
});

describe('a wrong call', () => {
  test.each([
    {
      words: '--run r --num-steps 0',
      text: 'numSteps is 0 (from --num-steps), expected a whole number from 1 to 1000.',
    },
    {
      words: '--run r --num-steps ten',
      text: 'numSteps is "ten" (from --num-steps), expected a whole number from 1 to 1000.',
    },
    {
      words: '--run r --learning-rate -1',
      text: 'learningRate is -1 (from --learning-rate), expected a number above 0.',
    },
    {
      words: '--run r --dataset mnist',
      text: 'dataset is "mnist" (from --dataset), expected one of rendered, cifar10.',
    },
    {
      words: '--run r --milestones 1,x',
      text:
        'milestones is [1,"x"] (from --milestones), expected values with commas between, each a whole number.' +
        ' In milestones.1: Invalid input: expected number, received string.',
    },
    {
      words: '--run r --ring-size big',
      text: 'ringSize is "big" (from --ring-size), expected a number above 0 or full.',
    },
    { words: '--run r --clip x', text: 'clip is "x" (from --clip), expected a number or none.' },
    {
      words: '--run r --weights ring',
      text: 'weights is "ring" (from --weights), expected an object in JSON with kind.',
    },
    { words: '', text: 'run is missing, expected text. Give it with --run.' },
    {
      words: '--run r --lerning-rate 1',
      text: "Unknown option '--lerning-rate'\n(Did you mean --learning-rate?)\n--help lists all flags.",
    },
    {
      words: '--run r stray',
      text: 'Too many arguments. Expected 0 arguments but got 1.\n--help lists all flags.',
    },
    { words: '--run', text: "Option '--run <text>' argument missing\n--help lists all flags." },
    {
      words: '--run r --preset cifar10-smal',
      text:
        'Unknown preset cifar10-smal. Did you mean cifar10-small?' +
        ' Presets: quick, cifar10-small; --list-presets tells more.',
    },
    {
      words: '--run r --preset __proto__',
      text: 'Unknown preset __proto__. Presets: quick, cifar10-small; --list-presets tells more.',
    },
  ])('$words is told what is wrong', ({ words, text }) => {
    expect(messageOf(words)).toBe(text);
  });

  test('hears of every wrong value at once', () => {
    expect(messageOf('--run r --num-steps 0 --dataset x').split('\n')).toHaveLength(2);
  });

  test('is told about files', () => {
    const unknown = fileWith('unknown.json', '{ "numStep": 1 }');
    expect(messageOf(`--run r --config ${unknown}`)).toBe(
      `Unknown key numStep in ${unknown}. Did you mean numSteps? Known keys: ${Object.keys(schema.shape).join(', ')}.`,
    );
    const list = fileWith('list.json', '[1]');
    expect(messageOf(`--run r --config ${list}`)).toBe(
      `Cannot use --config ${list}: expected a JSON object of settings.`,
    );
    const cut = fileWith('cut.json', '{ "numSteps"');
    expect(messageOf(`--run r --config ${cut}`)).toMatch(/^Cannot read --config .*cut\.json: .*Expected a JSON file/);
    expect(messageOf('--run r --config no/such.json')).toMatch(/^Cannot read --config no\/such\.json: ENOENT/);
    const hostile = fileWith('hostile.json', '{ "__proto__": { "numSteps": 1 } }');
    expect(messageOf(`--run r --config ${hostile}`)).toMatch(/^Unknown key __proto__ in /);
  });

  test('names the preset a bad value stands in', () => {
    const bad = { ...spec, presets: { quick: { summary: 'bad', config: { numSteps: 0 } } } };
    expect(() => parseCommandLine(bad, ['--run', 'r'])).toThrow(
      new ConfigError('numSteps', 'numSteps is 0 (from preset quick), expected a whole number from 1 to 1000.'),
    );
  });

  test('a multiple that a number has to be is named', () => {
    const sized = z.object({ side: z.int().min(8).multipleOf(8).default(32) });
    const of = {
      ...spec,
      effects: [],
      schema: sized,
      extra: z.object({}),
      presets: { quick: { summary: 'small', config: {} } },
    };
    expect(parseCommandLine(of, ['--side', '40'])?.config).toEqual({ side: 40 });
    expect(() => parseCommandLine(of, ['--side', '50'])).toThrow(
      new ConfigError('side', 'side is 50 (from --side), expected a whole number at least 8, a multiple of 8.'),
    );
  });

  test('a switch that may be left open is one still', () => {
    const open = z.object({ flip: z.boolean().nullable().default(null).describe('the run’s own when left out') });
    const { name, description } = spec;
    const command = { name, description, schema: open, extra: z.object({}), presets: {}, examples: [] };
    const flipOf = (...words: string[]) => parseCommandLine(command, words)?.config.flip;
    expect([flipOf(), flipOf('--flip'), flipOf('--no-flip')]).toEqual([null, true, false]);
  });

  test('passes on the sentence of a check over several keys', () => {
    const checked = z
      .object({ low: z.number().default(0), high: z.number().default(1) })
      .refine(({ low, high }) => low < high, 'low must be below high.');
    const withoutPreset = {
      name: 'toy',
      description: 'Checks.',
      schema: checked,
      extra: z.object({}),
      presets: {},
      examples: [],
    };
    expect(() => parseCommandLine(withoutPreset, ['--low', '2'])).toThrow(/^low must be below high\.$/);
  });
});

describe('what can be printed', () => {
  test('the presets', () => {
    expect(call('--list-presets')).toEqual({
      result: undefined,
      printed: 'quick          a minute (default)\ncifar10-small  an hour\n',
    });
  });

  test('help, complete, ending with examples', () => {
    const { result, printed } = call('--help');
    expect(result).toBeUndefined();
    expect(printed).toBe(`Usage: nx run toy:train -- [flags]

Trains a toy.

Flags:
  --preset <name>               the settings to start from
  --list-presets                print the presets and end
  --config <file>               a JSON file with settings, laid over the preset; or the config.json
                                of a run
  --print-config                print the resolved settings as JSON and end
  --run <text>                  run folder
  --[no-]resume                 go on from the last checkpoint (default off)
  -h, --help                    this text

Settings (over preset and file):
  --num-steps <number>          optimizer updates (a whole number from 1 to 1000; default 100)
  --learning-rate <number>      at the first step (a number above 0; default 0.1)
  --dataset <rendered|cifar10>  where images come from (default rendered)
  --milestones <list>           steps at which the rate falls (values with commas between, each a
                                whole number; default 30,60)
  --ring-size <number|full>     ring over generated (a number above 0 or full; default full)
  --[no-]use-flip               mirror images (default on)
  --clip <number|none>          gradient norm (a number or none; default none)
  --weights <json>              source of weights

Presets:
  quick          a minute (default)
  cifar10-small  an hour

Examples:
  nx run toy:train -- --run runs/a
      trains on rendered images
`);
  });

  test('a command without presets has no flags for them', () => {
    const without: typeof spec = { ...spec, presets: {} };
    delete (without as { defaultPreset?: string }).defaultPreset;
    const { printed } = call('--help', without);
    expect(printed).not.toMatch(/preset/i);
    expect(printed).toContain('\n\nSettings (over file):\n');
    expect(printed).toContain('source of weights\n\nExamples:\n');
    expect(() => call('--preset quick', without)).toThrow("Unknown option '--preset'\n--help lists all flags.");
  });
});
