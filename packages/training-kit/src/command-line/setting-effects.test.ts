import { expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../errors.js';
import { type CommandSpec, parseCommandLine } from './command-line.js';
import {
  checkEffects,
  type EffectRule,
  momentumEffects,
  ringEffects,
  ringRateEffects,
  scheduleEffects,
} from './setting-effects.js';

const schema = z.strictObject({
  weights: z.enum(['ring', 'independent']).default('ring'),
  ringSize: z.number().default(0.5),
  sampling: z.string().default('even'),
  reflect: z.boolean().default(true),
  ringStart: z.enum(['rms', 'official']).default('rms'),
  schedule: z.enum(['steps', 'cosine', 'linear']).default('cosine'),
  milestones: z.array(z.int()).default([1]),
  gamma: z.number().default(0.1),
  optimizer: z.enum(['sgd', 'adam']).default('sgd'),
  momentum: z.number().default(0.9),
  ringRate: z.union([z.enum(['same', 'matched']), z.number()]).default('same'),
});
const effects: readonly EffectRule<z.output<typeof schema>>[] = [
  ringEffects,
  ringRateEffects,
  scheduleEffects,
  momentumEffects,
];
const spec: CommandSpec<typeof schema, z.ZodObject> = {
  name: 'toy',
  description: 'Trains a toy.',
  schema,
  presets: { plain: { summary: 'without a ring', config: { weights: 'independent', ringSize: 0.1, gamma: 0.2 } } },
  effects,
  extra: z.strictObject({}),
  examples: [],
};
const call = (words: string) => parseCommandLine(spec, words.split(' '));

test.each([
  {
    words: '--weights independent --ring-size 0.5', // its default, but somebody meant it
    text: '--ring-size has no effect: weights are independent, so there is no ring. Leave it out.',
  },
  {
    words: '--preset plain --no-reflect --gamma 0.5',
    text:
      '--no-reflect has no effect: weights are independent, so there is no ring. Leave it out.\n' +
      '--gamma has no effect: schedule is cosine, which has no milestones. Leave it out.',
  },
  {
    words: '--optimizer adam --momentum 0.5',
    text: '--momentum has no effect: optimizer is adam, which has no such momentum. Leave it out.',
  },
  {
    words: '--weights independent --optimizer adam --ring-start official --ring-rate matched',
    text:
      '--ring-start has no effect: weights are independent, so there is no ring. Leave it out.\n' +
      '--ring-rate has no effect: weights are independent, so there is no ring. Leave it out.',
  },
  {
    words: '--ring-rate 2',
    text: '--ring-rate has no effect: optimizer is sgd, in which rings keep the rate of other weights. Leave it out.',
  },
])('$words is refused with the reason', ({ words, text }) => {
  expect(() => call(words)).toThrow(ConfigError);
  expect(() => call(words)).toThrow(text);
});

test.each([
  '--ring-size 0.1',
  '--schedule steps --milestones 2 --gamma 0.5',
  '--preset plain',
  '--momentum 0.5',
  '--optimizer adam --ring-rate 2',
])('%s is taken: it is read, or stands in a preset', (words) => {
  expect(call(words)).toBeDefined();
});

test('nothing is asked of settings that nobody gave', () => {
  expect(() => {
    checkEffects([], { a: 1 }, [{ settings: ['a'], unread: () => 'never' }]);
  }).not.toThrow();
});
