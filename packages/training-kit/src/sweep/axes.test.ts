import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { pathText, settingsOf } from '../command-line/settings.js';
import { ConfigError } from '../errors.js';
import { expandAxes } from './axes.js';

const settings = settingsOf(
  z.strictObject({
    ringSize: z.number().nullable().default(null),
    weights: z.enum(['ring', 'shared']).default('ring'),
    ringRate: z.union([z.enum(['same', 'matched']), z.number()]).default('same'),
    reflect: z.boolean().default(true),
    milestones: z.array(z.int()).default([1]),
    data: pathText().nullable().default(null),
    seed: z.int().default(1),
  }),
);
const wordsOf = (line: string): string[] =>
  expandAxes(line.split(' '), settings).combinations.map(({ words }) => words.join(' '));

test('each value with each: the last flag is the fastest', () => {
  const { axes, combinations } = expandAxes(
    ['--preset', 'quick', '--ring-size', '0.1,0.5', '--seed', '1..3'],
    settings,
  );
  expect(axes.map(({ key, values }) => [key, ...values])).toEqual([
    ['ringSize', '0.1', '0.5'],
    ['seed', '1', '2', '3'],
  ]);
  expect(combinations.map(({ values }) => [...values.values()].join(' '))).toEqual([
    ...['0.1 1', '0.1 2', '0.1 3'],
    ...['0.5 1', '0.5 2', '0.5 3'],
  ]);
  expect(combinations[4]!.words).toEqual(['--preset', 'quick', '--ring-size=0.5', '--seed=2']);
});

test.each([
  { line: '--seed 4', expected: ['--seed=4'] },
  { line: '--seed=1,5', expected: ['--seed=1', '--seed=5'] },
  { line: '--ring-rate same,2', expected: ['--ring-rate=same', '--ring-rate=2'] },
  { line: '--reflect on,off --seed 1', expected: ['--seed=1 --reflect', '--seed=1 --no-reflect'] },
  { line: '--reflect --seed 1', expected: ['--reflect --seed=1'] },
  { line: '--no-reflect', expected: ['--no-reflect'] },
  { line: '--milestones 3,5', expected: ['--milestones=3,5'] },
  { line: '--data a,b', expected: ['--data=a,b'] },
  { line: '--name x,y --dry-run', expected: ['--name x,y --dry-run'] },
  { line: '--seed 1..3 --ring-size 0.1 --seed 7', expected: ['--seed=7 --ring-size=0.1'] },
  { line: '--seed -2..-1', expected: ['--seed=-2', '--seed=-1'] },
])('$line', ({ line, expected }) => {
  expect(wordsOf(line)).toEqual(expected);
});

test('there are as many runs as the product of the lists, all different', () => {
  const list = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(list, list, (seeds, sizes) => {
      const { combinations } = expandAxes(['--seed', seeds.join(), '--ring-size', sizes.join()], settings);
      expect(new Set(combinations.map(({ words }) => words.join(' '))).size).toBe(seeds.length * sizes.length);
    }),
  );
});

test.each([
  { line: '--seed 3..1', text: '--seed 3..1 is no range, expected from a lower to a higher number, such as 1..3.' },
  { line: '--seed 1,2,1', text: '--seed 1,2,1 names 1 twice; name each value once.' },
  { line: '--seed 1..200 --ring-size 1..200', text: 'These flags make 40000 runs, expected at most 10000.' },
])('$line is refused', ({ line, text }) => {
  expect(() => wordsOf(line)).toThrow(ConfigError);
  expect(() => wordsOf(line)).toThrow(text);
});
