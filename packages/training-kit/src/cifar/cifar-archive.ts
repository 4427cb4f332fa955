// The official CIFAR archives: where they are, what they must be, and how they become a folder that can be read.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../errors.js';
import { downloadFile, type DownloadOptions } from '../files/download-file.js';
import { unpackTarGz } from '../files/unpack-tar.js';
import { groupedDigits } from '../words/grouped-digits.js';
import { cifar10Format, cifar100Format, cifarFileSizes, type CifarFormat } from './cifar.js';

/** An archive as its authors publish it; tests give their own. */
export interface CifarArchive {
  readonly format: CifarFormat;
  readonly url: string;
  readonly sizeBytes: number;
  readonly md5: string;
}

/** All gzip files begin so. */
const GZIP = '1f8b';
const OFFICIAL = 'https://www.cs.toronto.edu/~kriz/';

/** MD5 sums as listed on https://www.cs.toronto.edu/~kriz/cifar.html. */
export const cifarArchives: Readonly<Record<CifarFormat['name'], CifarArchive>> = {
  cifar10: {
    format: cifar10Format,
    url: OFFICIAL + cifar10Format.archive,
    sizeBytes: 170_052_171,
    md5: 'c32a1d4ab5d03f1284b67883e8d87530',
  },
  cifar100: {
    format: cifar100Format,
    url: OFFICIAL + cifar100Format.archive,
    sizeBytes: 168_513_733,
    md5: '03b5dce01913d631647c71ecec9e9cb8',
  },
};

/** How fetching ended. */
export interface FetchedCifar {
  /** The folder of the binaries. */
  readonly folder: string;
  /** True when all was there before. */
  readonly wasThere: boolean;
}

/**
 * Downloads and unpacks one set into `dataFolder`/`format.folder`. What is there already is not done again; the archive
 * stays beside the folder.
 *
 * @throws DataError when server, network or disk fail, or the archive or the folder is not what it should be
 */
export async function fetchCifar(
  { format, ...source }: CifarArchive,
  dataFolder: string,
  options: DownloadOptions = {},
): Promise<FetchedCifar> {
  const folder = join(dataFolder, format.folder);
  const files = cifarFileSizes(format);
  if (await isComplete(folder, files)) return { folder, wasThere: true };
  const archive = join(dataFolder, format.archive);
  await downloadFile({ ...source, head: GZIP }, archive, options);
  await unpackTarGz({ archive, folder, archiveFolder: format.folder, files });
  return { folder, wasThere: false };
}

/** False when there is no such folder. @throws DataError for one in which a file is missing or of another size */
async function isComplete(folder: string, files: ReadonlyMap<string, number>): Promise<boolean> {
  if ((await sizeOf(folder)) === undefined) return false;
  for (const [file, expected] of files) {
    const found = await sizeOf(join(folder, file));
    if (found === expected) continue;
    const what = found === undefined ? 'is missing' : `has ${groupedDigits(found)} bytes`;
    throw new DataError(
      folder,
      `${folder} is not complete: ${file} ${what}, expected ${groupedDigits(expected)} bytes.\n` +
        'Move that folder away and run the same command again.',
    );
  }
  return true;
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}
