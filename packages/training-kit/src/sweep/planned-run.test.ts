import { expect, test } from 'vitest';
import { z } from 'zod';
import { ringEffects } from '../command-line/setting-effects.js';
import { ConfigError } from '../errors.js';
import { planRuns } from './planned-run.js';

const schema = z.strictObject({
  weights: z.enum(['ring', 'independent']).default('ring'),
  ringSize: z.number().default(0.5),
  sampling: z.string().default('even'),
  reflect: z.boolean().default(true),
  ringStart: z.string().default('rms'),
  seed: z.int().default(1),
});
const plan = (line: string) =>
  planRuns(
    {
      name: 'toy',
      description: 'Sweeps.',
      schema,
      presets: { quick: { summary: 'fast', config: { ringSize: 0.25 } } },
      defaultPreset: 'quick',
      effects: [ringEffects],
      extra: z.strictObject({ name: z.string().default('x') }),
      examples: [],
    },
    line.split(' '),
    {
      folderOf: ({ name }) => `runs/${name}`,
      check: ({ seed }) => {
        if (seed === 13) throw new ConfigError('seed', 'seed is 13.');
      },
    },
  )!;

test('runs are named for what sets them apart, over preset and fixed flags', () => {
  const { runs, flags } = plan('-- --name s --no-reflect --ring-size 0.1,0.5 --seed 1..2');
  expect(flags).toEqual({ name: 's' });
  expect(runs.map(({ folder }) => folder)).toEqual([
    'runs/s/ring-size=0.1,seed=1',
    'runs/s/ring-size=0.1,seed=2',
    'runs/s/ring-size=0.5,seed=1',
    'runs/s/ring-size=0.5,seed=2',
  ]);
  expect(runs[2]!.config).toMatchObject({ ringSize: 0.5, reflect: false, seed: 1, weights: 'ring' });
  expect(plan('--seed 3').runs).toMatchObject([{ name: 'run', preset: 'quick', config: { seed: 3, ringSize: 0.25 } }]);
});

test('a value that a run does not read is left out of it, and the same run is made once', () => {
  const { runs } = plan('--weights ring,independent --ring-size 0.1,0.5');
  expect(runs.map(({ name }) => name)).toEqual([
    'weights=ring,ring-size=0.1',
    'weights=ring,ring-size=0.5',
    'weights=independent',
  ]);
  expect(runs[2]!.config.ringSize).toBe(0.25); // the preset’s
});

test('a flag for all is taken when one of the runs reads it', () => {
  expect(plan('--weights ring,independent --ring-size 0.1').runs.map(({ name }) => name)).toEqual([
    'weights=ring',
    'weights=independent',
  ]);
});

test.each([
  {
    line: '--weights independent --ring-size 0.1,0.5',
    text: '--ring-size has no effect: weights are independent, so there is no ring. Leave it out.',
  },
  {
    line: '--weights independent --sampling odd --seed 1,2',
    text: '--sampling has no effect: weights are independent, so there is no ring. Leave it out.',
  },
  { line: '--seed 12..14', text: 'seed is 13.' },
  { line: '--sead 1,2', text: "Unknown option '--sead'" },
])('$line is refused before anything is run', ({ line, text }) => {
  expect(() => plan(line)).toThrow(ConfigError);
  expect(() => plan(line)).toThrow(text);
});

test('names of folders have no characters that folders may not have', () => {
  expect(plan('--ring-size 0.1,1e-3').runs.map(({ name }) => name)).toEqual(['ring-size=0.1', 'ring-size=1e-3']);
});
