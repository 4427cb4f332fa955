import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataError } from '../errors.js';
import { imageAt } from '../labelled-images/image-arrays.js';
import { cifar10Format, cifar100Format, cifarFileSizes, type CifarFormat, readCifar } from './cifar.js';

const tiny10: CifarFormat = { ...cifar10Format, trainRecords: 2, testRecords: 1 };
const tiny100: CifarFormat = { ...cifar100Format, trainRecords: 3, testRecords: 1 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cifar-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** One record: labels, then planes whose pixel p holds p mod 251 + 0, 1, 2 for red, green, blue, plus `shift`. */
function record(labels: number[], shift = 0): Buffer {
  const planes = [0, 1, 2].flatMap((channel) => Array.from({ length: 1024 }, (_, p) => (p % 251) + channel + shift));
  return Buffer.from([...labels, ...planes]);
}

async function writeTiny10(home: string): Promise<void> {
  await mkdir(home, { recursive: true });
  for (const [i, file] of tiny10.trainFiles.entries()) {
    await writeFile(join(home, file), Buffer.concat([record([i]), record([9 - i], 1)]));
  }
  await writeFile(join(home, 'test_batch.bin'), record([7], 2));
}

async function writeTiny100(home: string): Promise<void> {
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'train.bin'), Buffer.concat([record([19, 0]), record([0, 99]), record([4, 42])]));
  await writeFile(join(home, 'test.bin'), record([1, 2]));
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message.replaceAll(folder, 'DIR');
}

const GET10 =
  'Get it by `nx run classification:download -- --dataset cifar10 --data DIR`, or unpack cifar-10-binary.tar.gz yourself ' +
  '(https://www.cs.toronto.edu/~kriz/cifar.html, "binary version") and pass the folder that holds cifar-10-batches-bin: --data DIR.';
const get100 = GET10.replace('cifar10', 'cifar100')
  .replaceAll('cifar-10', 'cifar-100')
  .replace('cifar-100-batches-bin', 'cifar-100-binary');

describe('reading', () => {
  test.each([{ inside: '' }, { inside: 'cifar-10-batches-bin' }])('CIFAR-10 in DIR/$inside', async ({ inside }) => {
    await writeTiny10(join(folder, inside));
    const { train, test } = await readCifar(tiny10, folder);

    expect(train.numExamples).toBe(10);
    expect([...train.labels]).toEqual([0, 9, 1, 8, 2, 7, 3, 6, 4, 5]); // file after file
    expect([...test.labels]).toEqual([7]);
    expect([...imageAt(train, 0).subarray(0, 6)]).toEqual([0, 1, 2, 1, 2, 3]); // planes became pixels
    expect([...imageAt(train, 0).subarray(-3)]).toEqual([1023 % 251, (1023 % 251) + 1, (1023 % 251) + 2]);
    expect([...imageAt(train, 3).subarray(0, 3)]).toEqual([1, 2, 3]);
    expect([...imageAt(test, 0).subarray(0, 3)]).toEqual([2, 3, 4]);
    expect(train.images.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(train.labels.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test('CIFAR-100 takes the fine label', async () => {
    await writeTiny100(join(folder, 'cifar-100-binary'));
    const { train, test } = await readCifar(tiny100, folder);
    expect([...train.labels]).toEqual([0, 99, 42]);
    expect([...test.labels]).toEqual([2]);
    expect([...imageAt(train, 2).subarray(0, 3)]).toEqual([0, 1, 2]);
  });

  test('more records than one read takes', async () => {
    const format = { ...tiny100, trainRecords: 1203 };
    await writeTiny100(folder);
    const records = Array.from({ length: 1203 }, (_, i) => record([0, i % 100], i % 3));
    await writeFile(join(folder, 'train.bin'), Buffer.concat(records));
    const { train } = await readCifar(format, folder);
    expect([...train.labels]).toEqual(records.map((_, i) => i % 100));
    expect(records.map((_, i) => imageAt(train, i)[0])).toEqual(records.map((_, i) => i % 3));
  });

  test('the official sizes', () => {
    expect([...cifarFileSizes(cifar10Format)].at(-1)).toEqual(['test_batch.bin', 30_730_000]);
    expect([...cifarFileSizes(cifar100Format)]).toEqual([
      ['train.bin', 153_700_000],
      ['test.bin', 30_740_000],
    ]);
    expect(cifar10Format.classNames).toHaveLength(10);
    expect(new Set(cifar100Format.classNames).size).toBe(100);
  });
});

describe('errors', () => {
  test('no folder', async () => {
    const message = await messageOf(readCifar(tiny10, join(folder, 'nowhere')));
    expect(message).toBe(`Cannot read DIR/nowhere: there is no such folder.\n${GET10}`);
  });

  test('an empty folder', async () => {
    expect(await messageOf(readCifar(tiny10, folder))).toBe(
      'Cannot find CIFAR-10 in DIR: neither data_batch_1.bin nor cifar-10-batches-bin/data_batch_1.bin is there.\n' +
        GET10,
    );
    expect(await messageOf(readCifar(tiny100, folder))).toBe(
      `Cannot find CIFAR-100 in DIR: neither train.bin nor cifar-100-binary/train.bin is there.\n${get100}`,
    );
  });

  test('an archive still packed', async () => {
    await writeFile(join(folder, 'cifar-10-binary.tar.gz'), '');
    expect(await messageOf(readCifar(tiny10, folder))).toContain(
      'The archive is there but packed: `nx run classification:download -- --dataset cifar10 --data DIR` unpacks it.',
    );
  });

  test('one file missing', async () => {
    await writeTiny10(folder);
    await rm(join(folder, 'data_batch_3.bin'));
    const message = await messageOf(readCifar(tiny10, folder));
    expect(message).toBe(`Cannot read DIR/data_batch_3.bin: there is no such file.\n${GET10}`);
  });

  test('a folder in place of a file', async () => {
    await writeTiny100(folder);
    await rm(join(folder, 'test.bin'));
    await mkdir(join(folder, 'test.bin'));
    const message = await messageOf(readCifar(tiny100, folder));
    expect(message).toBe(`Cannot read DIR/test.bin: it is not a file.\n${get100}`);
  });

  test('a file cut short', async () => {
    await writeTiny100(folder);
    await writeFile(join(folder, 'train.bin'), Buffer.alloc(5000));
    expect(await messageOf(readCifar(tiny100, folder))).toBe(
      'Cannot read DIR/train.bin: 5 000 bytes, expected 9 222 (3 records × 3 074).\n' +
        'The file looks cut short; unpack the archive again, or download it anew.',
    );
  });

  test('a file too long, never read', async () => {
    await writeTiny10(folder);
    await writeFile(join(folder, 'data_batch_5.bin'), Buffer.alloc(6147));
    expect(await messageOf(readCifar(tiny10, folder))).toBe(
      'Cannot read DIR/data_batch_5.bin: 6 147 bytes, expected 6 146 (2 records × 3 073).\n' +
        'The file is too long for this set; is it of another set, or another version of it?',
    );
  });

  test.each([
    { labels: [20, 0], said: 'coarse label 20, expected 0 to 19' },
    { labels: [0, 100], said: 'fine label 100, expected 0 to 99' },
    { labels: [255, 255], said: 'coarse label 255, expected 0 to 19' },
  ])('labels $labels', async ({ labels, said }) => {
    await writeTiny100(folder);
    await writeFile(join(folder, 'train.bin'), Buffer.concat([record([0, 0]), record(labels), record([0, 0])]));
    expect(await messageOf(readCifar(tiny100, folder))).toBe(
      `Cannot read DIR/train.bin: record 1 has ${said}.\n` +
        'The size is right but the content is not CIFAR-100; unpack the archive again.',
    );
  });

  // Root may read everything: nothing to see there.
  test.skipIf(process.getuid?.() === 0)('a file without permission', async () => {
    await writeTiny100(folder);
    await chmod(join(folder, 'train.bin'), 0);
    expect(await messageOf(readCifar(tiny100, folder))).toBe('Cannot read DIR/train.bin: no permission to read it.');
  });
});

test('random files: a DataError or the right answer, nothing else', async () => {
  const size = fc.oneof(fc.constant(3074), fc.nat(7000));
  const content = size.chain((length) =>
    fc.tuple(fc.uint8Array({ minLength: length, maxLength: length }), fc.nat(40), fc.nat(140)),
  );
  await fc.assert(
    fc.asyncProperty(content, content, async (...files) => {
      const format: CifarFormat = { ...cifar100Format, trainRecords: 1, testRecords: 1 };
      for (const [i, [bytes, coarse, fine]] of files.entries()) {
        bytes.set([coarse, fine].slice(0, bytes.length));
        await writeFile(join(folder, i === 0 ? 'train.bin' : 'test.bin'), bytes);
      }
      const isValid = files.every(([bytes, coarse, fine]) => bytes.length === 3074 && coarse < 20 && fine < 100);
      const result = await readCifar(format, folder).catch((error: unknown) => error);
      if (!isValid) {
        expect(result).toBeInstanceOf(DataError);
        return;
      }
      const { train } = result as Awaited<ReturnType<typeof readCifar>>;
      const [bytes, , fine] = files[0];
      expect(train.labels[0]).toBe(fine);
      const expected = Array.from({ length: 3072 }, (_, i) => bytes[2 + (i % 3) * 1024 + Math.floor(i / 3)]!);
      expect(Buffer.compare(imageAt(train, 0), Buffer.from(expected))).toBe(0);
    }),
    { numRuns: 60, seed: 1 },
  );
});

// The lossless pack of real images that developers keep beside the checkout.
const pack = new URL('../../../../../shared/data/cifar100/', import.meta.url);
const noData = existsSync(pack) ? '' : ' (skipped: no data)';

test.skipIf(noData !== '')(`real CIFAR-100: names and 500 images${noData}`, async () => {
  const { default: sharp } = await import('sharp');
  const [coarse, fine] = ['test_coarse.u8', 'test_fine.u8'].map((file) => readFileSync(new URL(file, pack)));
  const pixels = await sharp(readFileSync(new URL('test_000.webp', pack)))
    .removeAlpha()
    .raw()
    .toBuffer();
  const records = Array.from({ length: 500 }, (_, i) => {
    const image = pixels.subarray(i * 3072, (i + 1) * 3072);
    const planes = [0, 1, 2].flatMap((channel) => Array.from({ length: 1024 }, (_, p) => image[3 * p + channel]!));
    return Buffer.from([coarse![i]!, fine![i]!, ...planes]);
  });
  await writeFile(join(folder, 'test.bin'), Buffer.concat(records));
  await writeFile(join(folder, 'train.bin'), records[0]!);
  const { test } = await readCifar({ ...cifar100Format, trainRecords: 1, testRecords: 500 }, folder);
  expect(Buffer.compare(test.images, pixels)).toBe(0);
  expect(Buffer.compare(Uint8Array.from(test.labels), fine!.subarray(0, 500))).toBe(0);

  const names = readFileSync(new URL('fine_label_names.txt', pack), 'utf8').trim().split('\n');
  expect(cifar100Format.classNames).toEqual(names);
});
