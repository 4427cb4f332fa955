// JSON as people's programs write it, and spoiled: the value that was meant, or one sentence.
import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { withBoundedMemory } from '../../test/bounded-memory.js';
import { changes, spoil } from '../../test/spoil.js';
import { parseJsonBytes } from './json-text.js';

const NUM_CASES = 25_000 * inject('casesFactor');

const encodings: readonly ((text: string) => Buffer)[] = [
  (text) => Buffer.from(text),
  (text) => Buffer.from(`\ufeff${text}`),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  (text) => Buffer.from(text, 'utf16le').swap16(),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
];
const encoding = fc.constantFrom(...encodings);

/** As Python's json module writes them: numbers that JSON lacks are bare words. */
function asPython(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(asPython).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}: ${asPython(part)}`).join(', ')}}`; // prettier-ignore
}

const text = fc.string({ unit: 'binary-ascii' });
/** With the words that mean a number where they stand bare, and nothing in a string. */
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.double(), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.oneof(text, fc.constantFrom('NaN', 'a, NaN]', '-Infinity', '": NaN,', '\\', '\ue000NaN', 'ä', '€')),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(text, fc.constantFrom('NaN', 'Infinity', '')), tie('value'), { maxKeys: 4 }),
  ),
})).value;

test(`${NUM_CASES} values are read as they were written, in each encoding`, async () => {
  const property = fc.property(value, encoding, (meant, encode) => {
    const read = parseJsonBytes(encode(asPython(meant)));
    expect(asPython(read)).toBe(asPython(meant));
  });
  await withBoundedMemory(NUM_CASES, (numRuns) => {
    fc.assert(property, { seed: 51, numRuns });
  });
});

test(`${NUM_CASES} spoiled files are values or one sentence`, async () => {
  let numRead = 0;
  const sound = fc.tuple(value, encoding).map(([meant, encode]) => encode(asPython(meant)));
  const bytes = fc.oneof(
    fc.tuple(sound, changes).map(([good, list]) => spoil(good, list)),
    fc.tuple(sound, sound).map((parts) => Buffer.concat(parts)),
    fc.uint8Array({ maxLength: 80 }),
    fc.tuple(fc.constantFrom('[', '{"a":', '"', '\\"', '{"a":1,'), fc.nat(3000)).map(([part, n]) => Buffer.from(part.repeat(n))), // prettier-ignore
    fc.nat(5000).map((length) => Buffer.from(`{"${'k'.repeat(length)}":1,"${'k'.repeat(length)}":2}`)),
  );
  const property = fc.property(bytes, (content) => {
    try {
      parseJsonBytes(content);
      numRead++;
    } catch (error) {
      expect(error).toBeInstanceOf(SyntaxError);
      const { message } = error as SyntaxError;
      expect(message.length).toBeLessThan(300);
      expect(message).not.toMatch(/undefined|\[object|not a function|call stack|\.$/);
    }
  });
  await withBoundedMemory(NUM_CASES, (numRuns) => {
    fc.assert(property, { seed: 52, numRuns });
  });
  expect(numRead).toBeGreaterThan(NUM_CASES / 50);
});
