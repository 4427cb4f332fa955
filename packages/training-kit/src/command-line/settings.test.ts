import { expect, test } from 'vitest';
import { z } from 'zod';
import { defaultsOf, kebabCase, pathText, settingsOf } from './settings.js';

/** The one setting of a schema that has this value. */
const settingOf = (value: z.ZodType) => settingsOf(z.strictObject({ someKey: value }))[0]!;

test.each<{ value: z.ZodType; placeholder: string; allowed: string }>([
  { value: z.int().min(1), placeholder: 'number', allowed: 'a whole number at least 1' },
  {
    value: z.int().min(1).max(9).multipleOf(2),
    placeholder: 'number',
    allowed: 'a whole number from 1 to 9, a multiple of 2',
  },
  { value: z.number().positive().max(1), placeholder: 'number', allowed: 'a number above 0 and at most 1' },
  { value: z.number().positive().nullable(), placeholder: 'number|none', allowed: 'a number above 0 or none' },
  { value: z.enum(['a', 'b']), placeholder: 'a|b', allowed: 'one of a, b' },
  { value: z.literal([18, 34]), placeholder: '18|34', allowed: 'one of 18, 34' },
  { value: z.array(z.int()), placeholder: 'list', allowed: 'values with commas between, each a whole number' },
  { value: z.object({ a: z.int() }), placeholder: 'json', allowed: 'an object in JSON with a' },
  { value: z.string(), placeholder: 'text', allowed: 'text' },
])('$placeholder: $allowed', ({ value, placeholder, allowed }) => {
  expect(settingOf(value)).toMatchObject({ key: 'someKey', flag: 'some-key', placeholder, allowed });
});

test.each<{ value: z.ZodType; text: string; parsed: unknown }>([
  { value: z.number(), text: '1e-3', parsed: 1e-3 },
  { value: z.number(), text: 'many', parsed: 'many' }, // for the schema to refuse
  { value: z.number().nullable(), text: 'none', parsed: null },
  { value: z.string().nullable(), text: 'null', parsed: null },
  { value: z.union([z.int(), z.string()]), text: '3', parsed: 3 },
  { value: z.literal([18, 34]), text: '34', parsed: 34 },
  { value: z.array(z.int()), text: '1,2', parsed: [1, 2] },
  { value: z.array(z.int()), text: '', parsed: [] },
  { value: z.object({ a: z.int() }), text: '{"a":1}', parsed: { a: 1 } },
  { value: z.object({ a: z.int() }), text: '{"a":', parsed: '{"a":' },
])('$text is $parsed', ({ value, text, parsed }) => {
  expect(settingOf(value).parse(text)).toEqual(parsed);
});

test('a boolean is a switch, also one that may be left open', () => {
  expect([z.boolean(), z.boolean().nullable(), z.string()].map((value) => settingOf(value).isSwitch)).toEqual([
    true,
    true,
    false,
  ]);
});

test('defaults by key, where there are any', () => {
  const schema = z.strictObject({ a: z.int().default(3), b: z.int(), c: z.string().nullable().default(null) });
  expect(defaultsOf(schema)).toEqual({ a: 3, c: null });
});

test('a path that is where the user stands', () => {
  expect(settingOf(pathText().default('.')).isHere).toBe(true);
  expect(settingOf(pathText().default('runs')).isHere).toBe(false);
  expect(settingOf(pathText().nullable().default(null))).toMatchObject({ isPath: true, isHere: false });
  expect(settingOf(z.string()).isPath).toBe(false);
});

test('flags are kebab case', () => {
  expect(kebabCase('numWarmUpSteps')).toBe('num-warm-up-steps');
});
