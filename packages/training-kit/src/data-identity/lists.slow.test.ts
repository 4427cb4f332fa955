// The lists of a run's examples, spoiled: the names that were written, or none.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { withBoundedMemory } from '../../test/bounded-memory.js';
import { scratchFolder } from '../../test/scratch-folder.js';
import { changes, spoil } from '../../test/spoil.js';
import { namedExamples } from './identity.js';
import { readList, writeLists } from './lists.js';

const NUM_CASES = 5000 * inject('casesFactor');

let folder = '';
beforeEach(() => {
  folder = scratchFolder('lists-fuzz');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** As file systems allow them: any character but these two. */
const name = fc
  .oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.constantFrom('a\\n', 'a\n', '\\', 'ä', 'a\u0308', ' ', '\r\n'))
  .map((text) => text.replaceAll('\0', '0'));

test(`${NUM_CASES} lists: the names that were written, or none`, async () => {
  let [numSound, numSpoiled] = [0, 0];
  const property = fc.asyncProperty(fc.array(name, { maxLength: 5 }), changes, async (names, list) => {
    rmSync(join(folder, 'data'), { recursive: true, force: true });
    const split = namedExamples(() => names);
    await writeLists(folder, { network: {}, splits: { train: split } });
    const meant = names.map((each) => each.normalize('NFC'));
    expect(await readList(folder, 'train', split)).toEqual(meant);
    if (names.length === 0) return;
    const [file] = readdirSync(join(folder, 'data'));
    const path = join(folder, 'data', file!);
    const written = readFileSync(path);
    const spoiled = spoil(written, list);
    writeFileSync(path, spoiled);
    const read = await readList(folder, 'train', split);
    if (read === undefined) numSpoiled++;
    else {
      numSound++;
      expect(read.map((each) => each.normalize('NFC'))).toEqual(meant); // what changed was no name: an end, an escape
    }
  });
  await withBoundedMemory(NUM_CASES, (numRuns) => fc.assert(property, { seed: 53, numRuns }));
  console.log(`${numSpoiled} spoiled, ${numSound} sound`);
  expect(Math.min(numSound, numSpoiled)).toBeGreaterThan(NUM_CASES / 50);
});
