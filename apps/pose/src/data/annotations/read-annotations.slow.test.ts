// Spoiled annotation files of every format: people or one sentence that names the file, and never the answer of another
// file. What is drawn follows from the case's number.
import { readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createRng, type Rng } from 'rpg-core/rng';
import { DataError } from 'training-kit/errors';
import { beforeAll, expect, inject, test } from 'vitest';
import { type AnnotationCase, writeAnnotationFiles } from '../../../test/annotation-files.js';
import { temporaryFolder } from '../../../test/annotation-fixtures.js';
import type { Annotations } from './annotations.js';
import { readAnnotations } from './read-annotations.js';

const numPlainCases = 4000 * inject('casesFactor');
/** Each is read in a thread with a library of its own: a few a second. */
const numHdf5Cases = 250 * inject('casesFactor');
const MAX_GROWTH_BYTES = 300e6;

const folder = temporaryFolder();
let files: Awaited<ReturnType<typeof writeAnnotationFiles>> = { plain: [], hdf5: [] };
beforeAll(async () => {
  files = await writeAnnotationFiles(folder);
});

/** A few bytes anywhere, a cut, a part removed or repeated, a part of another file. */
function spoil(bytes: Buffer, other: Buffer, rng: Rng): Buffer {
  const at = rng.below(bytes.length);
  switch (rng.below(6)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + rng.below(200))]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at + rng.below(200)), bytes.subarray(at)]);
    case 3: {
      const from = rng.below(other.length);
      return Buffer.concat([
        bytes.subarray(0, at),
        other.subarray(from, from + 1 + rng.below(200)),
        bytes.subarray(at),
      ]);
    }
    default: {
      const spoilt = Buffer.from(bytes);
      for (let i = 1 + rng.below(8); i > 0; i--) spoilt[rng.below(bytes.length)] = rng.below(256);
      return spoilt;
    }
  }
}

/** Files on which the HDF5 library would compute for ever; 10 s is ten times what a sound one takes on a busy machine. */
let numEndless = 0;

/** Undefined for a refusal. @throws what is neither that nor an answer */
async function readOrRefuse(file: string): Promise<Annotations | undefined> {
  try {
    const annotations = await readAnnotations(file, { split: 'train', firstPixel: null, patienceSeconds: 10 });
    for (const { image, joints, states, scale } of annotations.people) {
      expect(image).not.toBe('');
      expect([joints.length, states.length]).toEqual([32, 16]);
      expect(scale).toBeGreaterThan(0);
    }
    return annotations;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    expect(error.message).toContain(dirname(file));
    if (error.message.includes('has not come to an end')) numEndless++;
    expect(error.message.length).toBeLessThan(1000);
    expect(error.message).not.toMatch(/undefined|\[object|not a function|call stack|out of bounds/);
    return undefined;
  }
}

async function fuzz({ name, read, spoilt }: AnnotationCase, numCases: number): Promise<{ numSound: number }> {
  const bytes = readFileSync(spoilt);
  const others = [...files.plain, ...files.hdf5].map((each) => readFileSync(each.spoilt));
  const sound = await readOrRefuse(read);
  expect(sound).toBeDefined();
  let numSound = 0;
  for (let index = 0; index < numCases; index++) {
    const rng = createRng('spoiled annotations').fork(name).fork(index);
    writeFileSync(spoilt, spoil(bytes, others[rng.below(others.length)]!, rng));
    if ((await readOrRefuse(read)) !== undefined) {
      numSound++;
      continue;
    }
    if (index % 10 !== 0) continue;
    // What is read next is what lies there next.
    writeFileSync(spoilt, bytes);
    expect(await readOrRefuse(read)).toEqual(sound);
  }
  writeFileSync(spoilt, bytes);
  return { numSound };
}

test.each([
  { kind: 'plain', numCases: numPlainCases },
  { kind: 'hdf5', numCases: numHdf5Cases },
] as const)('$numCases spoiled files of each $kind format', async ({ kind, numCases }) => {
  const namesBefore = await readdir(folder, { recursive: true });
  let rssAfterFirst = 0;
  for (const each of files[kind]) {
    const { numSound } = await fuzz(each, numCases);
    console.log(`${each.name}: ${numCases} cases, ${numSound} could be read, ${numEndless} without end so far`);
    rssAfterFirst ||= process.memoryUsage.rss();
  }
  expect(process.memoryUsage.rss() - rssAfterFirst).toBeLessThan(MAX_GROWTH_BYTES);
  expect(await readdir(folder, { recursive: true })).toEqual(namesBefore);
});
