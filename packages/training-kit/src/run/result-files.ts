// Files made from one input: none is replaced unawares, and each is there whole or not at all.
import { randomBytes } from 'node:crypto';
import { realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError, DataError, reasonOf } from '../errors.js';
import { makeFolders } from '../files/make-folders.js';

/** Where results go. */
export interface ResultPlace {
  readonly folder: string;
  readonly overwrite: boolean;
  /** What they are made from; never replaced. */
  readonly input: string;
}

/**
 * Checks that files of these names may be written, before any work is done for them.
 *
 * @throws ConfigError for one that exists, unless it may be replaced, and for the input itself in any case
 */
export async function checkResultFiles(
  names: readonly string[],
  { folder, overwrite, input }: ResultPlace,
): Promise<void> {
  const inputFile = await realFile(input);
  for (const name of names) {
    const file = join(folder, name);
    const existing = await realFile(file);
    if (existing === undefined) continue;
    if (existing === inputFile) {
      throw new ConfigError('out', `${file} is the photograph itself. Name another folder with --out.`);
    }
    if (!overwrite) {
      throw new ConfigError('out', `${file} exists already. Pass --overwrite, or name another folder with --out.`);
    }
  }
}

/**
 * Writes files in the order of `contents`, by name; makes the folder when needed.
 *
 * @returns their paths
 * @throws DataError when one cannot be written; what is there then is whole
 */
export async function writeResultFiles(
  contents: Readonly<Record<string, Uint8Array | string>>,
  folder: string,
): Promise<string[]> {
  const files: string[] = [];
  for (const [name, content] of Object.entries(contents)) {
    const file = join(folder, name);
    const temporary = join(folder, `.${name}.${randomBytes(6).toString('hex')}.part`);
    await makeFolders(dirname(file));
    try {
      await writeFile(temporary, content, { flag: 'wx' });
      await rename(temporary, file);
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => undefined); // the first error is the one to tell
      throw new DataError(file, `Cannot write ${file}: ${reasonOf(cause)}.`, { cause });
    }
    files.push(file);
  }
  return files;
}

/** The path without links; undefined where nothing is. */
async function realFile(file: string): Promise<string | undefined> {
  return realpath(file).catch(() => undefined);
}
