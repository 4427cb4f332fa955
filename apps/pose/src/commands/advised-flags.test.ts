// No message advises a flag that the command at hand does not have.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { configSchema } from '../config.js';
import { evaluateSchema } from './evaluate.js';
import { predictSchema } from './predict.js';

const source = fileURLToPath(new URL('..', import.meta.url));
const flagsOf = (schema: { readonly shape: object }) =>
  new Set(Object.keys(schema.shape).map((key) => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`));

/** Flags named in the texts of `files`: in quotes, so not in comments. */
function advised(files: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of files) {
    for (const line of readFileSync(join(source, file), 'utf8').split('\n')) {
      if (/^\s*(\/\/|\*|\/\*)/.test(line)) continue;
      for (const [flag] of line.matchAll(/--[a-z][a-z-]*[a-z]/g)) found.set(flag, [...(found.get(flag) ?? []), file]);
    }
  }
  return found;
}

const isCode = (name: string) => name.endsWith('.ts') && !name.endsWith('.test.ts');
/** What only predict runs. */
const ofPredict = ['predict/person-box.ts', 'predict/predict-photo.ts'];
const shared = readdirSync(source, { encoding: 'utf8', recursive: true }).filter(
  (name) => isCode(name) && !/^(commands|presets|experiments|bench)\//.test(name) && !ofPredict.includes(name),
);

test.each([
  { command: 'train', flags: flagsOf(configSchema) },
  { command: 'evaluate', flags: flagsOf(evaluateSchema) },
])('texts of what train and evaluate share: $command has every flag', ({ flags }) => {
  const texts = advised(shared);
  expect(texts.size).toBeGreaterThan(5);
  expect([...texts].filter(([flag]) => !flags.has(flag))).toEqual([]);
});

test('predict has every flag that its texts name', () => {
  const texts = advised(ofPredict);
  expect(texts.size).toBeGreaterThan(1);
  expect([...texts].filter(([flag]) => !flagsOf(predictSchema).has(flag))).toEqual([]);
});
