// Reads the official CIFAR-10 and CIFAR-100 binaries. A file is judged by its size before a byte of it is read, and
// read in small pieces, so that a wrong or hostile file costs an error message and no memory.
import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../errors.js';
import { readReason } from '../files/file-bytes.js';
import { allocateImages, type ImageArrays } from '../labelled-images/image-arrays.js';
import type { ImageShape } from '../labelled-images/split.js';
import { groupedDigits } from '../words/grouped-digits.js';
import { cifar10ClassNames, cifar100ClassNames } from './cifar-class-names.js';

/** How one CIFAR set lies on disk; tests shrink `trainRecords` and `testRecords`. */
export interface CifarFormat {
  readonly title: string;
  /** What `--dataset` calls it. */
  readonly name: 'cifar10' | 'cifar100';
  /** The folder inside the archive. */
  readonly folder: string;
  readonly archive: string;
  readonly trainFiles: readonly string[];
  readonly testFiles: readonly string[];
  /** Records in each train file and in each test file. */
  readonly trainRecords: number;
  readonly testRecords: number;
  /** Labels that open a record, one byte each; the last is the class, whose names are `classNames`. */
  readonly labels: readonly { readonly name: string; readonly numValues: number }[];
  readonly classNames: readonly string[];
}

export const cifar10Format: CifarFormat = {
  title: 'CIFAR-10',
  name: 'cifar10',
  folder: 'cifar-10-batches-bin',
  archive: 'cifar-10-binary.tar.gz',
  trainFiles: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`),
  testFiles: ['test_batch.bin'],
  trainRecords: 10_000,
  testRecords: 10_000,
  labels: [{ name: 'label', numValues: 10 }],
  classNames: cifar10ClassNames,
};

export const cifar100Format: CifarFormat = {
  title: 'CIFAR-100',
  name: 'cifar100',
  folder: 'cifar-100-binary',
  archive: 'cifar-100-binary.tar.gz',
  trainFiles: ['train.bin'],
  testFiles: ['test.bin'],
  trainRecords: 50_000,
  testRecords: 10_000,
  labels: [
    { name: 'coarse label', numValues: 20 },
    { name: 'fine label', numValues: 100 },
  ],
  classNames: cifar100ClassNames,
};

/** [height, width, channels] of a CIFAR image. */
const cifarImageShape: ImageShape = [32, 32, 3];
const PIXELS_PER_CHANNEL = 32 * 32;
const imageBytes = 3 * PIXELS_PER_CHANNEL;
const RECORDS_PER_READ = 500;

/** Exact size of each file of a set. */
export function cifarFileSizes(format: CifarFormat): Map<string, number> {
  const sizesOf = (files: readonly string[], numRecords: number) =>
    files.map((file): [string, number] => [file, numRecords * recordSizeBytes(format)]);
  return new Map([
    ...sizesOf(format.trainFiles, format.trainRecords),
    ...sizesOf(format.testFiles, format.testRecords),
  ]);
}

function recordSizeBytes({ labels }: CifarFormat): number {
  return labels.length + imageBytes;
}

/**
 * Reads a whole CIFAR set: the official split, in the official order.
 *
 * @param folder the unpacked folder (`format.folder`) or the folder that holds it
 * @returns train and test, uint8 images [numExamples, 32, 32, 3]; labels are those of `format.classNames`
 * @throws DataError when a file is missing, unreadable, of another size or holds a label out of range
 */
export async function readCifar(
  format: CifarFormat,
  folder: string,
): Promise<{ train: ImageArrays; test: ImageArrays }> {
  const home = await findCifarFolder(format, folder);
  return {
    train: await readFiles(format, home, format.trainFiles, format.trainRecords),
    test: await readFiles(format, home, format.testFiles, format.testRecords),
  };
}

async function findCifarFolder(format: CifarFormat, folder: string): Promise<string> {
  if (!(await exists(folder))) {
    throw new DataError(folder, `Cannot read ${folder}: there is no such folder.\n${howToGet(format)}`);
  }
  for (const home of [folder, join(folder, format.folder)]) {
    // One file is enough to know the folder: others that lack are then named one by one.
    for (const file of [...format.trainFiles, ...format.testFiles]) if (await exists(join(home, file))) return home;
  }
  const looked = `neither ${format.trainFiles[0]!} nor ${format.folder}/${format.trainFiles[0]!} is there`;
  const mend = (await exists(join(folder, format.archive)))
    ? `The archive is there but packed: \`nx run classification:download -- --dataset ${format.name} --data ${folder}\` unpacks it.`
    : howToGet(format);
  throw new DataError(folder, `Cannot find ${format.title} in ${folder}: ${looked}.\n${mend}`);
}

function howToGet({ name, archive, folder }: CifarFormat): string {
  return (
    `Get it by \`nx run classification:download -- --dataset ${name} --data DIR\`, or unpack ${archive} yourself ` +
    `(https://www.cs.toronto.edu/~kriz/cifar.html, "binary version") and pass the folder that holds ${folder}: --data DIR.`
  );
}

async function readFiles(format: CifarFormat, home: string, files: readonly string[], recordsPerFile: number) {
  const arrays = allocateImages(files.length * recordsPerFile, cifarImageShape);
  // All sizes first: a set with a short last file is refused in a moment, not after the others were read.
  for (const file of files) await checkSize(format, join(home, file), recordsPerFile);
  for (const [i, file] of files.entries()) {
    await readRecords(format, join(home, file), arrays, i * recordsPerFile, recordsPerFile);
  }
  return arrays;
}

async function checkSize(format: CifarFormat, file: string, numRecords: number): Promise<void> {
  const recordBytes = recordSizeBytes(format);
  const expected = numRecords * recordBytes;
  const found = await stat(file).catch((cause: unknown) => {
    throw new DataError(file, `Cannot read ${file}: ${readReason(cause)}.\n${howToGet(format)}`, { cause });
  });
  if (!found.isFile()) throw new DataError(file, `Cannot read ${file}: it is not a file.\n${howToGet(format)}`);
  if (found.size === expected) return;
  const guess =
    found.size < expected
      ? 'The file looks cut short; unpack the archive again, or download it anew.'
      : 'The file is too long for this set; is it of another set, or another version of it?';
  throw new DataError(
    file,
    `Cannot read ${file}: ${groupedDigits(found.size)} bytes, expected ${groupedDigits(expected)} ` +
      `(${groupedDigits(numRecords)} records × ${groupedDigits(recordBytes)}).\n${guess}`,
  );
}

async function readRecords(
  format: CifarFormat,
  file: string,
  arrays: ImageArrays,
  firstExample: number,
  numRecords: number,
) {
  const recordBytes = recordSizeBytes(format);
  const piece = new Uint8Array(Math.min(RECORDS_PER_READ, numRecords) * recordBytes);
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    for (let first = 0; first < numRecords; first += RECORDS_PER_READ) {
      const count = Math.min(RECORDS_PER_READ, numRecords - first);
      await fill(handle, piece.subarray(0, count * recordBytes), first * recordBytes, file);
      for (let i = 0; i < count; i++) {
        unpackRecord(format, file, piece.subarray(i * recordBytes, (i + 1) * recordBytes), first + i, {
          arrays,
          example: firstExample + first + i,
        });
      }
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(file, `Cannot read ${file}: ${readReason(cause)}.`, { cause });
  } finally {
    await handle?.close();
  }
}

/** Reads exactly `into.length` bytes: one `read` may return fewer. */
async function fill(handle: FileHandle, into: Uint8Array, position: number, file: string): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) {
      throw new DataError(
        file,
        `Cannot read ${file}: it ended at byte ${groupedDigits(position + done)} while being read.`,
      );
    }
    done += bytesRead;
  }
}

/** A record is its label bytes and then three planes, red, green, blue; an image here is pixel after pixel. */
function unpackRecord(
  format: CifarFormat,
  file: string,
  record: Uint8Array,
  recordNumber: number,
  { arrays, example }: { arrays: ImageArrays; example: number },
): void {
  for (const [i, { name, numValues }] of format.labels.entries()) {
    const value = record[i]!;
    if (value >= numValues) {
      throw new DataError(
        file,
        `Cannot read ${file}: record ${groupedDigits(recordNumber)} has ${name} ${value}, expected 0 to ${numValues - 1}.\n` +
          `The size is right but the content is not ${format.title}; unpack the archive again.`,
      );
    }
    arrays.labels[example] = value;
  }
  const { images } = arrays;
  const red = format.labels.length;
  const start = example * imageBytes;
  for (let pixel = 0; pixel < PIXELS_PER_CHANNEL; pixel++) {
    const at = start + 3 * pixel;
    images[at] = record[red + pixel]!;
    images[at + 1] = record[red + PIXELS_PER_CHANNEL + pixel]!;
    images[at + 2] = record[red + 2 * PIXELS_PER_CHANNEL + pixel]!;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
