import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../errors.js';
import { resolveConfig } from './config-layers.js';

const schema = z.object({
  numSteps: z.number().int().min(1).default(100).describe('updates'),
  dataset: z.enum(['rendered', 'cifar10']).default('rendered').describe('images'),
  milestones: z.array(z.number().int()).default([]).describe('epochs'),
  weights: z.strictObject({ kind: z.string() }).optional().describe('source'),
});

function messageOf(values: Readonly<Record<string, unknown>>): string | undefined {
  try {
    resolveConfig(schema, [{ source: 'config.json', values }]);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
}

test('long values and keys are cut in what is said of them', () => {
  expect(messageOf({ dataset: 'x'.repeat(100_000) })).toBe(
    `dataset is "${'x'.repeat(199)}… (from config.json), expected one of rendered, cifar10.`,
  );
  expect(messageOf({ ['k'.repeat(100_000)]: 1 })).toBe(
    `Unknown key "${'k'.repeat(79)}… in config.json. Known keys: numSteps, dataset, milestones, weights.`,
  );
});

test('of many wrong values ten are told', () => {
  const lines = messageOf({ milestones: Array.from({ length: 1000 }, () => 0.5) })!.split('\n');
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toBe('And 990 more.');
});

test('whatever a file says is settings or one error', () => {
  const key = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...Object.keys(schema.shape)) }, fc.string());
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(0, 1, NaN, Infinity, 1e300, [1, 2], [NaN], { kind: 'ring' }, { kind: 1 }, 'x'.repeat(5000)),
  );
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 3 }), (values) => {
      const message = messageOf(values) ?? '';
      expect(message).not.toMatch(/is undefined|\[object|not a function|call stack/);
      expect(message.length).toBeLessThan(4000);
    }),
    { numRuns: 1000 },
  );
});
