// Archives of all kinds, most of them hostile: either the files wanted come out, or a clear error and nothing at all.
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { withBoundedMemory } from '../../test/bounded-memory.js';
import { scratchFolder } from '../../test/scratch-folder.js';
import { changes, spoil } from '../../test/spoil.js';
import { type FixtureMember, gnuLongName, paxOf, tarOf } from '../../test/tar-fixture.js';
import { DataError } from '../errors.js';
import { unpackTarGz } from './unpack-tar.js';

const NUM_CASES = 25_000 * inject('casesFactor');
const files = new Map([
  ['a.bin', 3],
  ['b.bin', 600],
]);

let root = '';
let data = '';
beforeEach(() => {
  root = scratchFolder('unpack-fuzz');
  data = join(root, 'deep', 'deeper', 'data'); // so that names with a few `..` still end where they are looked for
  mkdirSync(data, { recursive: true });
  writeFileSync(join(root, 'precious'), 'mine');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const a: FixtureMember = { name: 'set/a.bin', content: 'aaa' };
const b: FixtureMember = { name: 'set/b.bin', content: 'b'.repeat(600) };

function member(): fc.Arbitrary<readonly FixtureMember[]> {
  const name = fc.oneof(
    fc.constantFrom('set/a.bin', './set/b.bin', 'set/../set/a.bin', '../a.bin', '../../../x', '/x', 'set', '', '..'),
    fc.constantFrom(join(root, 'escaped'), 'set/a.bin\0', 'set\\a.bin', 'C:a.bin', 'a.bin', 'set/in/a.bin', 'readme'),
    fc.string({ maxLength: 120 }),
  );
  const content = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom('aaa', 'b'.repeat(600), '') },
    { weight: 20, arbitrary: fc.string() },
    { weight: 1, arbitrary: fc.constant(Buffer.alloc(3 * 2 ** 20)) }, // a bomb once packed
  );
  const plain = fc.record(
    {
      name,
      content,
      type: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom('0', '\0', '5') },
        fc.constantFrom(...Array.from('1234567xgLKSDVMN9')),
      ),
      linkName: fc.constantFrom('../../precious', '/etc/passwd', 'a.bin'),
      prefix: fc.constantFrom('', 'set', '..', '/', '../..'),
      magic: fc.constantFrom('ustar\u000000', 'ustar  \0', '', 'x'),
      declaredSize: fc.oneof(fc.nat(2000), fc.constantFrom('77777777777\0', '-1', '\x80\0\0\0\0\0\0\0\0\0\0\x01', '')),
      sumError: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1),
    },
    { requiredKeys: ['name', 'content'] },
  );
  const records = fc.dictionary(fc.constantFrom('path', 'size', 'linkpath', 'mtime', 'GNU.sparse.name'), name);
  const honest = fc.constantFrom([a], [b], [{ name: 'set/', type: '5' }], [{ name: 'set/readme', content: 'r' }]);
  return fc.oneof(
    { weight: 4, arbitrary: honest },
    { weight: 3, arbitrary: plain.map((one) => [one]) },
    { weight: 1, arbitrary: fc.tuple(records, plain).map(([pax, one]) => [paxOf(pax), one]) },
    { weight: 1, arbitrary: fc.tuple(name, plain).map(([long, one]) => [gnuLongName(long), one]) },
  );
}

/** Unpacks and looks at everything in reach. @returns what came out; undefined when the archive was refused */
async function unpackOrRefuse(bytes: Uint8Array): Promise<string[] | undefined> {
  const archive = join(data, 'set.tar.gz');
  const folder = join(data, 'set');
  writeFileSync(archive, bytes);
  let isUnpacked = true;
  try {
    await unpackTarGz({ archive, folder, archiveFolder: 'set', files });
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    expect(error.message.startsWith(`Cannot unpack ${archive}: `)).toBe(true);
    expect(error.message.length).toBeLessThan(600);
    expect(error.message).not.toMatch(/undefined|\[object|not a function|aborted/);
    isUnpacked = false;
  }
  expect(readdirSync(root).sort()).toEqual(['deep', 'precious']);
  expect(readFileSync(join(root, 'precious'), 'utf8')).toBe('mine');
  expect(readdirSync(join(root, 'deep'))).toEqual(['deeper']);
  expect(readdirSync(join(root, 'deep', 'deeper'))).toEqual(['data']);
  expect(readdirSync(data).sort()).toEqual(isUnpacked ? ['set', 'set.tar.gz'] : ['set.tar.gz']);
  if (!isUnpacked) return undefined;
  expect(readdirSync(folder).sort()).toEqual([...files.keys()]);
  const contents = [...files].map(([file, size]) => {
    const found = lstatSync(join(folder, file));
    expect([found.isFile(), found.size]).toEqual([true, size]);
    return readFileSync(join(folder, file), 'latin1');
  });
  rmSync(folder, { recursive: true });
  return contents;
}

test(`tar archives, ${NUM_CASES} cases: members of all kinds`, async () => {
  let numUnpacked = 0;
  const property = fc.asyncProperty(fc.array(member(), { maxLength: 5 }), fc.nat(3), async (parts, kind) => {
    const isHonest = kind > 0; // its first members are those wanted: no later one may take their place
    const members = [...(isHonest ? [a, b] : []), ...parts.flat()];
    const contents = await unpackOrRefuse(gzipSync(tarOf(...members), { level: 1 }));
    if (contents === undefined) return;
    numUnpacked++;
    if (isHonest) expect(contents).toEqual([a.content, b.content]);
  });
  await withBoundedMemory(NUM_CASES, (numRuns) => fc.assert(property, { seed: 31, numRuns }));
  expect(numUnpacked).toBeGreaterThan(NUM_CASES / 50);
});

test(`tar archives, ${NUM_CASES} cases: right ones spoiled, before and after packing`, async () => {
  const whole = tarOf({ name: 'set/', type: '5' }, a, { name: 'set/readme', content: 'r' }, b);
  let numUnpacked = 0;
  const property = fc.asyncProperty(changes, changes, fc.boolean(), async (inside, outside, isOnlyInside) => {
    const packed = gzipSync(spoil(whole, inside), { level: 1 });
    if (await unpackOrRefuse(isOnlyInside ? packed : spoil(packed, outside))) numUnpacked++;
  });
  await withBoundedMemory(NUM_CASES, (numRuns) => fc.assert(property, { seed: 32, numRuns }));
  expect(numUnpacked).toBeGreaterThan(NUM_CASES / 50);
});
