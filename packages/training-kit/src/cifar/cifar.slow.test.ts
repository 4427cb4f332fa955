// CIFAR folders, right and wrong in every way that a random generator finds: the right images and labels, or one clear
// error.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { createRng } from 'rpg-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { DataError } from '../errors.js';
import { imageAt } from '../labelled-images/image-arrays.js';
import { memoryUse } from '../run/system-facts.js';
import { cifar10Format, cifar100Format, type CifarFormat, readCifar } from './cifar.js';

const NUM_CASES = 25_000 * inject('casesFactor');
const MAX_GROWTH_BYTES = 256 * 2 ** 20;
const IMAGE_BYTES = 3072;

let folder = '';
beforeEach(() => {
  // In memory where this system has such a place: most of the time would go into waiting for the disk.
  folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'cifar-fuzz-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const formats: readonly CifarFormat[] = [
  { ...cifar10Format, trainFiles: ['data_batch_1.bin', 'data_batch_2.bin'], trainRecords: 1, testRecords: 2 },
  { ...cifar100Format, trainRecords: 3, testRecords: 1 },
];

/** One file of a set: sound, or not. */
const fileCase = fc.record({
  seed: fc.nat(),
  /** Labels that may be too large, put over sound ones. */
  labels: fc.oneof({ weight: 5, arbitrary: fc.constant<number[]>([]) }, fc.array(fc.nat(255), { maxLength: 4 })),
  /** Bytes missing or to spare. */
  excess: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.integer({ min: -10_000, max: 10_000 })),
  kind: fc.oneof({ weight: 20, arbitrary: fc.constant('file') }, fc.constantFrom('missing', 'folder')),
});

interface Written {
  readonly bytes: Buffer;
  readonly isSound: boolean;
}

function write(
  { labels: names }: CifarFormat,
  file: string,
  numRecords: number,
  { seed, labels, excess, kind }: { seed: number; labels: number[]; excess: number; kind: string },
): Written {
  const recordBytes = names.length + IMAGE_BYTES;
  const size = numRecords * recordBytes;
  const rng = createRng(seed);
  const bytes = Buffer.from(Uint8Array.from({ length: size }, () => rng.below(256)));
  for (let record = 0; record < numRecords; record++) {
    for (const [i, { numValues }] of names.entries()) {
      bytes[record * recordBytes + i] = labels[record + i] ?? rng.below(numValues);
    }
  }
  const areLabelsGood = Array.from({ length: numRecords }, (_, record) =>
    names.every(({ numValues }, i) => bytes[record * recordBytes + i]! < numValues),
  ).every(Boolean);
  const length = Math.max(0, size + excess);
  rmSync(file, { recursive: true, force: true });
  if (kind === 'folder') mkdirSync(file);
  else if (kind === 'file') writeFileSync(file, Buffer.concat([bytes, Buffer.alloc(10_000)]).subarray(0, length));
  return { bytes, isSound: kind === 'file' && length === size && areLabelsGood };
}

async function readOrRefuse(format: CifarFormat): Promise<Awaited<ReturnType<typeof readCifar>> | undefined> {
  try {
    return await readCifar(format, folder);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    expect(error.message).toMatch(/^Cannot (read|find) /);
    expect(error.message).toContain(folder);
    expect(error.message.length).toBeLessThan(800);
    expect(error.message).not.toMatch(/undefined|\[object|not a function/);
    return undefined;
  }
}

test(`CIFAR binaries, ${NUM_CASES} cases`, async () => {
  let numRead = 0;
  const cases = fc.tuple(fc.nat(1), fc.array(fileCase, { minLength: 3, maxLength: 3 }));
  const property = fc.asyncProperty(cases, async ([which, fileCases]) => {
    const format = formats[which]!;
    const names = [...format.trainFiles, ...format.testFiles];
    const written = names.map((name, i) => {
      const numRecords = format.testFiles.includes(name) ? format.testRecords : format.trainRecords;
      return write(format, join(folder, name), numRecords, fileCases[i]!);
    });
    const read = await readOrRefuse(format);
    expect(read !== undefined).toBe(written.every(({ isSound }) => isSound));
    expect(readdirSync(folder).every((name) => names.includes(name))).toBe(true);
    for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
    if (read === undefined) return;
    numRead++;
    checkFirst(format, written[0]!.bytes, read.train);
    checkFirst(format, written.at(-1)!.bytes, read.test);
  });
  await fc.assert(property, { seed: 41, numRuns: 1000 });
  const before = memoryUse().peakRssBytes;
  await fc.assert(property, { seed: 42, numRuns: NUM_CASES });
  const growth = memoryUse().peakRssBytes - before;
  console.log(`${numRead} folders were sound; memory at most ${Math.round(growth / 1e6)} MB above the start`);
  expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
  expect(numRead).toBeGreaterThan(NUM_CASES / 50);
});

/** Compares the first record with what was read: planes became pixels. */
function checkFirst(
  { labels }: CifarFormat,
  bytes: Buffer,
  split: Awaited<ReturnType<typeof readCifar>>['test'],
): void {
  expect(split.labels[0]).toBe(bytes[labels.length - 1]);
  const planes = bytes.subarray(labels.length);
  const expected = Uint8Array.from({ length: IMAGE_BYTES }, (_, i) => planes[(i % 3) * 1024 + Math.floor(i / 3)]!);
  expect(Buffer.compare(imageAt(split, 0), expected)).toBe(0);
}
