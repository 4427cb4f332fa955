// wnid_to_words.json, spoiled: names for all classes, or one sentence.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { DataError } from 'training-kit/errors';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readClassNames } from './class-names.js';

const numCases = 25_000 * inject('casesFactor');
const classFolders = ['n01', 'n02', 'constructor', '__proto__', 'ä'];

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'class-names-'));
});
afterAll(() => {
  rmSync(home, { recursive: true });
});

const words = fc.dictionary(
  fc.oneof(fc.constantFrom(...classFolders), fc.string()),
  fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom('cat', 'cat, tabby', 'dog', '', ' , ', 'NaN') },
    { weight: 3, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
  ),
  { maxKeys: 6 },
);
/** Sound, or with one piece of the text replaced or cut. */
const content = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: words }, { weight: 1, arbitrary: fc.jsonValue() }),
    fc.nat(),
    fc.nat(9),
    fc.string(),
  )
  .map(([value, at, length, put]) => {
    const text = JSON.stringify(value);
    const start = at % (2 * text.length); // half of them stay as they are
    return start < text.length ? text.slice(0, start) + put + text.slice(start + length) : text;
  });
const encoded = fc
  .tuple(content, fc.constantFrom<BufferEncoding>('utf8', 'utf8', 'utf16le', 'latin1'), fc.boolean())
  .map(([text, encoding, hasMark]) => Buffer.from(hasMark ? `\ufeff${text}` : text, encoding));

test(`${numCases} lists of class names: a name for each class, or one sentence`, async () => {
  const file = join(home, 'wnid_to_words.json');
  let numRead = 0;
  const property = fc.asyncProperty(encoded, async (bytes) => {
    writeFileSync(file, bytes);
    try {
      const names = await readClassNames(home, classFolders);
      numRead++;
      expect(names).toHaveLength(classFolders.length);
      for (const name of names) expect(typeof name).toBe('string');
    } catch (error) {
      if (!(error instanceof DataError) || error.file !== file) throw error;
      expect(error.message).toContain(`Cannot read ${file}: `);
      expect(error.message.length).toBeLessThan(700);
      expect(error.message).not.toMatch(/undefined|\[object|not a function|call stack/);
    }
  });
  await fc.assert(property, { seed: 61, numRuns: numCases });
  console.log(`${numCases} cases, ${numRead} were read`);
  expect(numRead).toBeGreaterThan(numCases / 10);
  expect(readdirSync(home)).toEqual(['wnid_to_words.json']);
});
